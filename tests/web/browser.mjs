// browser.mjs: headless Chromium, driven through its own pipe (the DevTools protocol, JSON ended by zero bytes on descriptors 3 and 4): nothing but
// node and the browser is needed.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const SWITCHES = ['--headless', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  '--disable-default-apps', '--hide-scrollbars', '--window-size=1280,1000', '--remote-debugging-pipe'];

export class Browser {
  #child; #directory; #number = 0; #waiting = new Map(); #rest = ''; #session; #events = [];

  constructor(program) {
    this.#directory = mkdtempSync(join(tmpdir(), 'brkview-web-'));
    const more = process.getuid() === 0 ? ['--no-sandbox'] : [];
    this.#child = spawn(program, [...SWITCHES, ...more, '--user-data-dir=' + this.#directory, 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.#child.stdio[4].setEncoding('utf8').on('data', text => this.#read(text));
    this.#child.on('exit', () => { for (const {reject} of this.#waiting.values()) reject(new Error('the browser has ended')); });
  }

  #read(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages.map(m => JSON.parse(m))) {
      const asked = this.#waiting.get(message.id);
      if (!asked) this.#events.push(message);
      else if (message.error) asked.reject(new Error(asked.method + ': ' + message.error.message));
      else asked.resolve(message.result);
      this.#waiting.delete(message.id);
    }
  }

  ask(method, params = {}) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {resolve, reject, method});
      this.#child.stdio[3].write(JSON.stringify({id, method, params, sessionId: this.#session}) + '\0');
    });
  }

  async open() {
    const {targetInfos} = await this.ask('Target.getTargets');
    const {targetId} = targetInfos.find(t => t.type === 'page');
    this.#session = (await this.ask('Target.attachToTarget', {targetId, flatten: true})).sessionId;
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await this.ask(domain + '.enable');
  }

  events(method) { return this.#events.filter(e => e.method === method).map(e => e.params); }

  async until(what, holds) {
    for (let i = 0; i < 1000; i++) {
      if (await holds()) return;
      await new Promise(r => setTimeout(r, 20));
    }
    throw new Error('waited in vain for ' + what);
  }

  async visit(url) {
    const loads = this.events('Page.loadEventFired').length;
    await this.ask('Page.navigate', {url});
    await this.until(url, () => this.events('Page.loadEventFired').length > loads);
  }

  async run(expression) {
    const {result, exceptionDetails} = await this.ask('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async key(key, text) {
    const code = {' ': 32, ArrowLeft: 37, ArrowRight: 39, Home: 36, End: 35, Tab: 9}[key];
    await this.ask('Input.dispatchKeyEvent', {type: 'keyDown', key, text, windowsVirtualKeyCode: code});
    await this.ask('Input.dispatchKeyEvent', {type: 'keyUp', key, windowsVirtualKeyCode: code});
  }

  async click(x, y) {
    for (const type of ['mousePressed', 'mouseReleased']) await this.ask('Input.dispatchMouseEvent', {type, x, y, button: 'left', clickCount: 1});
  }

  async picture() { return Buffer.from((await this.ask('Page.captureScreenshot')).data, 'base64'); }

  async close() {
    const ended = new Promise(r => this.#child.once('exit', r));
    this.#session = undefined;
    this.ask('Browser.close').catch(() => {});
    setTimeout(() => this.#child.kill('SIGKILL'), 5000).unref();
    await ended;
    rmSync(this.#directory, {recursive: true, force: true, maxRetries: 5});
  }
}
