// The five selects of a region: choosing one fills the next. Without script a button sends the page for it.
const LEVELS = ['province', 'prefecture', 'county', 'town', 'village'];

const option = (value, text) => {
  const made = document.createElement('option');
  made.value = value;
  made.textContent = text;
  return made;
};

const fill = async (select, above) => {
  select.replaceChildren(option('', '请选择'));
  const answer = above && await fetch(`/regions/${above}/children`, { headers: { Accept: 'application/json' } });
  if (answer?.ok) for (const { code, name } of await answer.json()) select.append(option(code, name));
  select.closest('.region-level')?.classList.toggle('region-level_empty', select.options.length === 1);
};

export const regions = (root = document) => {
  for (const box of root.querySelectorAll('[data-regions]')) {
    box.querySelector('[data-without-script]')?.remove();
    const selects = LEVELS.map((level) => box.querySelector(`select[name$=".${level}"]`)).filter(Boolean);
    selects.forEach((select, place) => {
      select.addEventListener('change', async () => {
        const below = selects.slice(place + 1);
        for (const [step, lower] of below.entries()) await fill(lower, step === 0 ? select.value : '');
        if (below.length && select.value && below[0].options.length === 2) {
          below[0].selectedIndex = 1;
          below[0].dispatchEvent(new Event('change'));
        }
      });
    });
  }
};
