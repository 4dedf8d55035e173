// The citizens' pages: the voice, the next level of a region, what was chosen to be uploaded. All pages work without it.
import './citizen.css';
import { regions } from './_regions.js';
import { focusProblems } from './_problems.js';
import { positions } from './_position.js';

const photos = () => {
  for (const box of document.querySelectorAll('[data-photos]')) {
    const input = box.querySelector('input[type=file]');
    const told = box.querySelector('[data-chosen]');
    if (!input || !told) continue;
    input.addEventListener('change', () => {
      const kept = box.querySelectorAll('.photo').length;
      const room = Number(box.dataset.photos) - kept;
      const count = input.files.length;
      told.textContent = count > room ? `您选了 ${count} 张，还能上传 ${room} 张，多出的不会保存。` : ` 已选 ${count} 张，点“下一步”后上传。`;
    });
  }
};

const voice = () => {
  const button = document.querySelector('[data-speak]');
  if (!button || !('speechSynthesis' in window)) return;
  button.hidden = false;
  const silent = button.textContent;
  const rest = () => { button.textContent = silent; button.setAttribute('aria-pressed', 'false'); };
  button.addEventListener('click', () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); rest(); return; }
    const text = document.querySelector(button.dataset.speak)?.innerText ?? '';
    // Long texts are cut off by some browsers, so each sentence is spoken on its own.
    const sentences = text.split(/(?<=[。！？；\n])/).map((part) => part.trim()).filter(Boolean);
    sentences.forEach((sentence, place) => {
      const speech = new SpeechSynthesisUtterance(sentence);
      speech.lang = 'zh-CN';
      speech.rate = 0.9;
      if (place === sentences.length - 1) speech.onend = rest;
      speechSynthesis.speak(speech);
    });
    button.textContent = '停止播报';
    button.setAttribute('aria-pressed', 'true');
  });
  window.addEventListener('pagehide', () => speechSynthesis.cancel());
};

// A second click on a button that sends must not send twice.
const onceOnly = () => {
  for (const form of document.querySelectorAll('form[data-once]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = 'yes';
    });
  }
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-once]').forEach((form) => delete form.dataset.sent));
};

// Where the telephone is becomes one more option of the list; it goes nowhere but into the search.
const whereabouts = () => {
  const button = document.querySelector('[data-locate]');
  if (!button || !('geolocation' in navigator)) return;
  const list = document.querySelector(button.dataset.locate);
  const failed = document.querySelector('[data-locate-failed]');
  button.hidden = false;
  button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    const here = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
    list.add(new Option('我现在的位置', here, true, true));
    list.form.requestSubmit();
  }, () => { failed.hidden = false; }, { timeout: 15000, maximumAge: 300000 }));
};

regions();
whereabouts();
positions();
photos();
voice();
onceOnly();
focusProblems();
