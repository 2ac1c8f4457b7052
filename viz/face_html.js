'use strict';
(() => {
  const data = JSON.parse(document.getElementById('session').textContent);
  const CELL = 8, LINE = 16, MARGIN = 8, BASELINE = 12, LOOK = 0xE000, REPEAT = 0xE800, WIDE = 0xF000;
  const PLAY_MS = 1200, LIST_MAX = 10000, THEMES = ['dark', 'light', 'mono'];
  const SVG = 'http://www.w3.org/2000/svg';

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.append(...children);
    return element;
  };
  const draw = (parent, name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return parent.appendChild(element);
  };

  // The texts of rows by number, and for every step which text each row has. A new text is whole, or what differs from the one that the row had.
  const texts = [], frames = [];
  const whole = (text, old) => typeof text === 'string' ? text : old.slice(0, text[0]) + text[2] + old.slice(old.length - text[1]);
  for (const step of data.steps) {
    const frame = frames.length ? frames[frames.length - 1].slice() : new Int32Array(data.rows);
    for (let i = 0; i < step.r.length; i += 2) {
      const row = step.r[i], text = step.r[i + 1];
      frame[row] = typeof text === 'number' ? text : texts.push(whole(text, texts[frame[row]])) - 1;
    }
    frames.push(frame);
  }

  // A row's text as runs of cells that are drawn alike: {look, glyph (of a shape), text, at, width}.
  const runsOf = text => {
    const runs = [];
    let look = 0, at = 0, last = '', width = 1, wide = false, run = null;
    const put = glyph => {
      const drawn = glyph === ' ' || glyph in data.shapes ? glyph : '';
      if (glyph !== ' ' || data.looks[look]) {
        const joins = run && run.look === look && run.glyph === drawn && (drawn === '' || run.at + run.width === at);
        if (joins) run.text += ' '.repeat(at - run.at - run.width) + glyph, run.width = at + width - run.at;
        else runs.push(run = {look, glyph: drawn, text: glyph, at, width});
      }
      at += width;
    };
    for (const glyph of text) {
      const code = glyph.codePointAt(0);
      if (code >= LOOK && code < REPEAT) look = code - LOOK;
      else if (code >= REPEAT && code < WIDE) for (let n = code - REPEAT; n > 0; n--) put(last);
      else if (code === WIDE) wide = true;
      else {
        width = wide ? 2 : 1;
        wide = false;
        put(last = glyph);
      }
    }
    return runs;
  };

  const drawRow = (group, text) => {
    group.replaceChildren();
    for (const {look, glyph, text: letters, at, width} of runsOf(text)) {
      const x = at * CELL, bits = data.looks[look] | 0;
      if (bits & 1) draw(group, 'rect', {class: 'b' + look, x, y: 0, width: width * CELL, height: LINE});
      if (glyph && glyph !== ' ') draw(group, 'path', {class: 'f' + look, d: 'M' + x + ' 0' + data.shapes[glyph] + ('m8 0' + data.shapes[glyph]).repeat(width - 1)});
      else if (!glyph) draw(group, 'text', {class: 'f' + look, x, y: BASELINE, textLength: width * CELL}).textContent = letters;
      if (bits & 2) draw(group, 'rect', {class: 'f' + look, x, y: BASELINE + 2, width: width * CELL, height: 1});
    }
  };

  // The page. Its colours are those of the looks that there are.
  document.head.append(make('style', {}, data.style));
  const width = data.columns * CELL + 2 * MARGIN, height = data.rows * LINE + 2 * MARGIN;
  const picture = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({viewBox: '0 0 ' + width + ' ' + height, role: 'img', id: 'picture'})) picture.setAttribute(key, value);
  const label = draw(picture, 'title', {id: 'label'});
  picture.setAttribute('aria-labelledby', 'label');
  const groups = [], shown = new Int32Array(data.rows).fill(-1);
  for (let row = 0; row < data.rows; row++) groups.push(draw(picture, 'g', {transform: 'translate(' + MARGIN + ' ' + (MARGIN + row * LINE) + ')'}));

  const count = make('output', {id: 'count', for: 'slider'});
  const command = make('p', {id: 'command'}), code = make('p', {id: 'code'}), sentence = make('p', {id: 'sentence'});
  const words = make('section', {id: 'words', 'aria-live': 'polite', 'aria-label': 'what this step did'}, command, code, sentence);
  const slider = make('input', {id: 'slider', type: 'range', min: 0, max: data.steps.length - 1, step: 1, value: 0, 'aria-label': 'step of the session'});
  const button = (id, sign, name, act) => {
    const b = make('button', {id, type: 'button', title: name, ...(/^[a-z]/.test(sign) ? {} : {'aria-label': name})}, sign);
    b.addEventListener('click', act);
    return b;
  };

  const bare = text => text.replace(/\s/g, '');
  let at = -1, timer = 0;
  const last = data.steps.length - 1;
  const show = to => {
    to = Math.max(0, Math.min(last, to));
    if (to === at) return;
    const step = data.steps[to], frame = frames[to];
    at = to;
    for (let row = 0; row < data.rows; row++)
      if (shown[row] !== frame[row]) drawRow(groups[row], texts[shown[row] = frame[row]]);
    slider.value = at;
    const typed = step.c ? 'heap> ' + step.c : 'the beginning';
    slider.setAttribute('aria-valuetext', 'step ' + at + ' of ' + last + ': ' + typed);
    count.textContent = at + ' of ' + last;
    command.textContent = typed;
    code.textContent = step.l || '';
    sentence.textContent = step.s || '';
    sentence.className = step.f ? 'failed' : '';
    // What the picture says whole need not be seen twice; it is there for who does not see the picture, and where that is small.
    const drawn = bare(groups.map(g => g.textContent).join(''));
    for (const words of [code, sentence]) words.classList.toggle('pictured', drawn.includes(bare(words.textContent)));
    label.textContent = 'The heap after step ' + at + ': ' + typed + '. ' + (step.s || '');
    mark();
  };

  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = 'play';
  };
  const toggle = () => {
    if (timer) return stop();
    if (at === last) show(0);
    timer = setInterval(() => at < last ? show(at + 1) : stop(), PLAY_MS);
    play.textContent = 'pause';
  };
  const go = to => {
    stop();
    show(to);
  };

  const play = button('play', 'play', 'play or pause (space)', toggle);
  const theme = button('theme', 'theme', 'change the colours: dark, light, mono', () => {
    const root = document.documentElement;
    root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  });
  const list = make('ol', {start: 0}), all = make('details', {id: 'all'}, make('summary', {}, 'all steps'), list);
  all.addEventListener('toggle', () => {
    for (let i = list.children.length; i <= last && i < LIST_MAX; i++)
      list.append(make('li', {}, button('step' + i, data.steps[i].c || 'the beginning', 'step ' + i + ': ' + (data.steps[i].c || 'the beginning'), () => go(i))));
    mark();
  });
  function mark() {
    for (const old of list.querySelectorAll('[aria-current]')) old.removeAttribute('aria-current');
    if (all.open && list.children[at]) list.children[at].firstChild.setAttribute('aria-current', 'step');
  }

  slider.addEventListener('input', () => go(+slider.value));
  document.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves = {ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: last};
    if (event.key in moves) go(moves[event.key]);
    else if (event.key === ' ' && !/^(BUTTON|SUMMARY)$/.test(event.target.tagName)) toggle();
    else return;
    event.preventDefault();
  });

  document.body.append(
    make('header', {}, make('h1', {}, data.title)),
    make('main', {}, make('figure', {}, picture),
      make('nav', {'aria-label': 'move through the session'},
        button('first', '|◀', 'to the beginning (Home)', () => go(0)), button('back', '◀', 'one step back (left arrow)', () => go(at - 1)),
        play, button('next', '▶', 'one step on (right arrow)', () => go(at + 1)), button('end', '▶|', 'to the end (End)', () => go(last)),
        slider, count, theme),
      words, all));
  show(0);
})();
