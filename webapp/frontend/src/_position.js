// Writes the position of the device into a field that asks where; without it, or refused, the field is typed as ever.
const POSITION = /-?[0-9]{1,3}\.[0-9]+, ?-?[0-9]{1,3}\.[0-9]+/;

// The words that stand there stay: 三组村口 becomes 三组村口（23.60510,104.33720）, and a new position replaces the old.
const withPosition = (written, here) => {
  if (POSITION.test(written)) return written.replace(POSITION, here);
  return written.trim() ? `${written.trim()}（${here}）` : here;
};

export const positions = (root = document) => {
  if (!('geolocation' in navigator)) return;
  for (const button of root.querySelectorAll('[data-position]')) {
    const told = button.parentElement.querySelector('[data-position-told]');
    button.hidden = false;
    button.addEventListener('click', () => {
      told.textContent = '正在定位…';
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const input = document.getElementById(button.dataset.position);
        input.value = withPosition(input.value, `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`);
        told.textContent = '已填入当前位置，可以再改。';
      }, () => { told.textContent = '没有取得位置，请直接填写。'; }, { timeout: 15000, maximumAge: 60000 });
    });
  }
};
