// @ts-check
/**
 * The browser's half of every page: native controls report changes, islands of HTML come back.
 *
 * A page element `root` holds `[data-view]`, whose HTML the server renders. Controls with `data-item` inside a
 * `form[data-exercise][data-round]` send changes; buttons and forms with `data-action` send actions. What is not yet
 * acknowledged stays in the outbox, which survives a reload. docs/protocol.md describes the messages.
 *
 * @typedef {{exercise: string, round: number, item: string, value: string, seq: number}} Change
 * @typedef {{type: string, [key: string]: any}} Message
 */

const RETRY_MS = [300, 700, 1500, 3000, 5000];
const TYPING_PAUSE_MS = 500;
const ADVANCE_MS = 420;
const SILENCE_MS = 20000;
const RESEND_MS = 8000;
const MINUTE_SAID = 15; // for so many seconds "one minute left" stands there; then it isn't true any more
const NEAR_THE_END = 5; // what is left is said from the last fifth on
const KERNEL_SILENCE_MS = 4000;

/** What was changed and not yet acknowledged, kept in localStorage where there is one; all tabs of a seat share it. */
class Outbox {
  /** @param {string} name */
  constructor(name) {
    this.name = `kit:outbox:${name}`;
    /** @type {Map<string, Change>} */
    this.changes = new Map();
    /** @type {Map<string, string>} What this page knows to be the value of an item, sent or told. */
    this.known = new Map();
    this.seq = 0;
    this.stored = true;
    this.read();
  }

  /** What is stored is what waits: another tab of the same seat may have added to it, or delivered it. */
  read() {
    try {
      const kept = this.stored && JSON.parse(localStorage.getItem(this.name) ?? "null");
      if (!kept) return;
      this.changes = new Map(kept.changes.map((/** @type {Change} */ change) => [keyOf(change), change]));
      this.seq = Math.max(this.seq, kept.seq);
    } catch { /* no storage, or not ours: what is in memory counts */ }
  }

  write() {
    try {
      localStorage.setItem(this.name, JSON.stringify({ seq: this.seq, changes: [...this.changes.values()] }));
    } catch { this.stored = false; /* private mode or a full disk: memory holds it until the page closes */ }
  }

  /** @param {Omit<Change, "seq">} change @returns {Change} */
  put(change) {
    this.read();
    const numbered = { ...change, seq: ++this.seq };
    this.changes.set(keyOf(numbered), numbered);
    this.known.set(keyOf(numbered), numbered.value);
    this.write();
    return numbered;
  }

  /**
   * Give a change whose number was taken a higher one.
   * @param {number} seq @param {number} above @returns {Change | undefined} Nothing if it has been replaced meanwhile.
   */
  renumber(seq, above) {
    this.seq = Math.max(this.seq, above);
    const held = [...this.changes.values()].find((change) => change.seq === seq);
    return held && this.put(held);
  }

  /** @param {number} seq The change that was acknowledged or refused. @param {boolean} [refused] */
  drop(seq, refused = false) {
    this.read();
    for (const [key, change] of this.changes) {
      if (change.seq !== seq) continue;
      this.changes.delete(key);
      if (refused) this.known.delete(key);
    }
    this.write();
  }
}

/** Of one item only the latest value waits. @param {{exercise: string, round: number, item: string}} change */
function keyOf(change) {
  return `${change.exercise}/${change.round}/${change.item}`;
}

/** One page: its controls, its outbox and what it shows of the connection. */
export class Page {
  /** @param {HTMLElement} root @param {(message: Message) => boolean} send Returns whether it could be handed over. */
  constructor(root, send) {
    this.root = root;
    this.send = send;
    /** @type {boolean | undefined} Unknown until the first greeting or the first failure. */
    this.connected = undefined;
    this.pointed = false;
    this.advancing = 0;
    this.unstored = "";
    /** What was pressed and has had no answer yet, where each press has one: on a page that leads. */
    this.unanswered = "";
    /** The same, if it was asked since whether anybody is there. */
    this.pinged = "";
    /** The last answer was refused, and the page says so. */
    this.refused = false;
    this.outbox = new Outbox(root.dataset.seat ?? "");
    this.outbox.seq = Math.max(this.outbox.seq, Number(root.dataset.seq ?? 0));
    /** @type {Map<Element, number>} */
    this.typing = new Map();
    /** @type {WeakMap<Element, string>} */
    this.islands = new WeakMap();
    /** @type {Map<HTMLElement, string>} What waits until somebody has let go of an island. */
    this.pending = new Map();
    /** @type {Node | null} What a finger or the mouse is down on. */
    this.pressed = null;
    /** @type {WeakSet<Element>} Forms that were filled in and not yet sent. */
    this.filled = new WeakSet();
    /** @type {Set<number>} Numbers that were given in place of taken ones. */
    this.renumbered = new Set();
    root.addEventListener("change", (event) => this.changed(event));
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("focusin", (event) => this.limit(event.target));
    root.addEventListener("beforeinput", (event) => this.cut(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("submit", (event) => this.submitted(event));
    root.addEventListener("keydown", (event) => this.keyed(event));
    root.addEventListener("pointerdown", (event) => { this.pressed = /** @type {Node} */ (event.target); });
    root.addEventListener("focusout", (event) => this.left(event));
    /** Ends what listens to the window and the document, which a notebook keeps when it drops the page. */
    this.closing = new AbortController();
    const { signal } = this.closing;
    window.addEventListener("pointerup", () => this.letGo(true), { signal });
    window.addEventListener("pointercancel", () => this.letGo(true), { signal });
    window.addEventListener("pagehide", () => this.keepTyping(), { signal });
    window.addEventListener("storage", () => { this.outbox.read(); this.showState(); }, { signal });
    document.addEventListener("keydown", (event) => this.hotkeyed(event), { signal });
    this.timer = window.setInterval(() => this.tick(), 1000);
    this.resending = window.setInterval(() => this.resend(), RESEND_MS);
    /** The numbers of what waited when it was last looked. */
    this.waited = "";
    this.settle();
  }

  close() {
    window.clearInterval(this.timer);
    window.clearInterval(this.resending);
    this.closing.abort();
    this.keepTyping();
  }

  // --- what the person does

  /** @param {Event} event */
  changed(event) {
    const control = /** @type {HTMLInputElement} */ (event.target);
    const isDone = event.type === "change";
    // The year of a day is typed digit by digit, each of them a day: 0002, 0020, 0203.
    if (control.type === "date" && control.value.startsWith("0") && control === document.activeElement) return;
    if (isDone) spell(control);
    this.keep(control, isDone);
  }

  /** @param {FocusEvent} event */
  left(event) {
    if (/** @type {HTMLInputElement} */ (event.target).type === "date") this.changed(event);
    this.letGo();
  }

  /** Keep and send what a control holds. @param {HTMLInputElement} control @param {boolean} [isDone] Nobody is typing in it. */
  keep(control, isDone) {
    const form = control.closest?.("form[data-exercise]");
    if (control.form?.dataset.action) this.filled.add(control.form);
    if (!control.dataset?.item || !(form instanceof HTMLElement)) return;
    window.clearTimeout(this.typing.get(control));
    this.typing.delete(control);
    const said = {
      exercise: form.dataset.exercise ?? "",
      round: Number(form.dataset.round),
      item: control.dataset.item,
      value: control.type === "checkbox" && !control.checked ? "" : control.value,
    };
    this.match(said, isDone ? undefined : control);
    // A field that loses the focus reports what was sent while it was typed.
    if (this.outbox.known.get(keyOf(said)) === said.value) return;
    const change = this.outbox.put(said);
    this.mark();
    this.bound();
    if (this.connected) this.send({ type: "change", ...change });
    this.showState();
  }

  /** What is being typed when the page is left waits in the outbox for the next visit. */
  keepTyping() {
    for (const control of [...this.typing.keys()]) this.keep(/** @type {HTMLInputElement} */ (control));
  }

  /** @param {Event} event */
  typed(event) {
    const control = /** @type {HTMLElement} */ (event.target);
    this.limit(control);
    if (control.dataset.find) this.find();
    if (!control.matches?.("textarea[data-item], input[type=text][data-item]")) return;
    if (control.closest("[data-send]")) return; // a word goes up when it's sent, not letter by letter
    window.clearTimeout(this.typing.get(control));
    const pause = Number(control.closest("form")?.dataset.pause) || TYPING_PAUSE_MS;
    this.typing.set(control, window.setTimeout(() => this.changed(event), pause));
  }

  /**
   * Below a field of bounded length stands how much it takes, and near the end how much is left; in a second part, which
   * is spoken, that something was cut.
   * @param {EventTarget | null} target @returns {Element | undefined}
   */
  limit(target) {
    const field = /** @type {HTMLTextAreaElement} */ (target);
    const words = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-limit]"))?.dataset;
    if (!(field.maxLength > 0) || !words) return;
    if (!field.nextElementSibling?.matches(".limit")) {
      field.insertAdjacentHTML("afterend", '<p class="limit quiet"><span></span> <span role="status"></span></p>');
    }
    const line = /** @type {Element} */ (field.nextElementSibling);
    const left = field.maxLength - field.value.length;
    const near = left <= field.maxLength / NEAR_THE_END;
    line.children[0].textContent = ((near ? words.left : words.limit) ?? "").replace("{n}", String(near ? left : field.maxLength));
    return line;
  }

  /** Say it when not all of a text fits that is pasted or typed. @param {InputEvent} event */
  cut(event) {
    const field = /** @type {HTMLTextAreaElement} */ (event.target);
    const line = this.limit(field);
    if (!line) return;
    const coming = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    const fits = field.maxLength - field.value.length + field.selectionEnd - field.selectionStart;
    const words = /** @type {HTMLElement} */ (this.root.querySelector("[data-cut]")).dataset.cut ?? "";
    const isCut = event.inputType.startsWith("insert") && coming.length > fits;
    line.children[1].textContent = isCut ? words.replace("{n}", String(field.maxLength)) : "";
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (target.closest("button"));
    if (button?.dataset.go) this.go((step) => step.dataset.step === button.dataset.go);
    else if (button?.dataset.turn) this.step(button.dataset.turn === "next" ? 1 : -1);
    else if (button?.dataset.action && button.type !== "submit") this.act(button, { value: button.value });
    else if (button?.hasAttribute("data-print")) window.print();
    else if (button?.hasAttribute("data-fullscreen")) document.documentElement.requestFullscreen?.();
    else if (button?.hasAttribute("data-dialog")) this.root.querySelector("dialog")?.showModal();
    else if (button?.dataset.toggle) this.root.classList.toggle(button.dataset.toggle);
    else if (target.closest(".session a")) bringUp(document.querySelector(".console")); // seen on coming back
    // A tap on a ring moves on to the next card. Arrow keys "click" too, with detail 0: they must not.
    const advance = target.closest("label")?.closest("[data-advance]");
    if (!(advance instanceof HTMLElement)) return;
    this.pointed ||= event.detail > 0;
    if (!this.pointed || !target.matches("input")) return;
    this.pointed = false;
    window.clearTimeout(this.advancing);
    const on = () => (advance.dataset.advance === "next" ? this.step(1) : this.go(isOpen));
    this.advancing = window.setTimeout(on, ADVANCE_MS);
  }

  /** In a part with `data-keys`, the key that a button names presses it; once, until the part comes anew. @param {KeyboardEvent} event */
  keyed(event) {
    const part = /** @type {HTMLElement} */ (event.target).closest("[data-keys]");
    if (!(part instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const buttons = /** @type {HTMLButtonElement[]} */ ([...part.querySelectorAll("button[data-key]")]);
    const button = buttons.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    if (part.dataset.keys) return;
    part.dataset.keys = "pressed";
    button.click();
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.exercise) event.preventDefault();
    if (form.matches("[data-send]")) [...form.elements].forEach((one) => this.keep(/** @type {HTMLInputElement} */ (one), true));
    if (!form.dataset.action) return;
    event.preventDefault();
    this.filled.delete(form);
    this.act(form, Object.fromEntries(new FormData(form, event.submitter)));
  }

  /** @param {HTMLElement} source @param {object} values */
  act(source, values) {
    if (source.dataset.confirm && !window.confirm(source.dataset.confirm)) return;
    const button = source.matches("button") ? source : source.querySelector("button");
    const isAnswered = this.root.querySelector("[data-unanswered]");
    this.unanswered = isAnswered ? (button?.getAttribute("aria-label") ?? button?.textContent ?? "").trim() : "";
    this.pinged = "";
    if (!this.send({ type: "action", action: source.dataset.action, ...values })) this.miss(true);
    source.closest("details.ask")?.removeAttribute("open");
    // In a notebook the bar is seen from the page's top on: who leads with it wants the words below it.
    if (source.closest(".keys")) bringUp(this.root.querySelector(".console"));
    if (source.matches('[data-action="start"], [data-action="resume"]')) bringUp(source.closest(".panel"));
  }

  /** Wherever the focus is, a key or a presenter's clicker presses the button that names it in `data-hotkey`. @param {KeyboardEvent} event */
  hotkeyed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!document.body.matches(".kit-page, .kit-run")) return; // JupyterLab has keys of its own
    const elsewhere = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented;
    if (elsewhere || target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
    const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Space" && target.closest?.("button, summary, a")) return; // it presses what has the focus
    // Letters and signs can be turned off: who speaks to the computer may say them by chance.
    if (key.length === 1 && this.root.querySelector("[data-hotkeys]:not(:checked)")) return;
    const button = /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-hotkey~="${CSS.escape(key)}"]`));
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  // --- one step (card) at a time

  steps() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("[data-step]")]);
  }

  /** To the next step of which this is true, from the last on to the first. @param {(step: HTMLElement) => boolean} wanted */
  go(wanted) {
    const steps = this.steps();
    const now = steps.findIndex((step) => !step.hidden);
    this.move(steps.findIndex((step, i) => i > now && wanted(step)), steps.findIndex(wanted));
  }

  /** @param {number} by One step on, or one back with -1. */
  step(by) {
    this.move(this.steps().findIndex((step) => !step.hidden) + by);
  }

  /** @param {...number} places The first of these that there is; else nothing moves. */
  move(...places) {
    const steps = this.steps();
    const to = places.find((place) => steps[place]);
    window.clearTimeout(this.advancing); // whoever moves by hand isn't moved once more by the tap before
    if (to === undefined || !steps[to].hidden) return;
    this.show(to);
    steps[to].focus({ preventScroll: false });
  }

  /** @param {number} index */
  show(index) {
    const steps = this.steps();
    steps.forEach((step, i) => { step.hidden = i !== index; });
    if (steps[index]) this.place = steps[index].dataset.step ?? "";
    for (const element of this.root.querySelectorAll("button[data-go], button[data-turn]")) {
      const button = /** @type {HTMLButtonElement} */ (element);
      if (button.dataset.turn) button.disabled = index === (button.dataset.turn === "next" ? steps.length - 1 : 0);
      else if (button.dataset.go === steps[index]?.dataset.step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  }

  /** The step on which the person is; this tab remembers it, so that a reload comes back to it. */
  get place() {
    try { return sessionStorage.getItem(this.placeKey) ?? ""; } catch { return this.unstored; }
  }

  set place(step) {
    this.unstored = step;
    try { sessionStorage.setItem(this.placeKey, step); } catch { /* private mode: until the page closes */ }
  }

  /** Of the stage, not of the view: the room comes back to it from a question. */
  get placeKey() {
    const view = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-view]"));
    const stage = /** @type {HTMLElement | null} */ (view?.querySelector("[data-stage]"));
    return `kit:step:${this.root.dataset.seat}:${stage?.dataset.stage ?? view?.dataset.view}`;
  }

  /** Show the step on which the person was, unless it is a card that is placed by now; else the first that is open. */
  turn() {
    const steps = this.steps();
    const stays = (/** @type {HTMLElement} */ step) => isOpen(step) || step.querySelector("textarea, input[type=text]");
    const kept = steps.findIndex((step) => step.dataset.step === this.place && stays(step));
    this.show(kept < 0 ? Math.max(steps.findIndex(isOpen), 0) : kept);
  }

  /** Show beside each card of the list where it was placed, or what was typed. */
  mark() {
    for (const step of this.steps()) {
      const badge = this.root.querySelector(`[data-badge="${step.dataset.step}"]`);
      const typed = /** @type {HTMLInputElement | null} */ (step.querySelector("input[type=text]"));
      if (badge) badge.textContent = step.querySelector("input:checked")?.getAttribute("data-name") ?? typed?.value ?? "";
    }
  }

  /** Where `data-most` is, no more boxes can be ticked than that, nor what is chosen for the item of `data-except`. */
  bound() {
    for (const found of this.root.querySelectorAll("[data-most]")) {
      const part = /** @type {HTMLElement} */ (found);
      const boxes = /** @type {HTMLInputElement[]} */ ([...part.querySelectorAll("input[type=checkbox]")]);
      const full = boxes.filter((box) => box.checked).length >= Number(part.dataset.most);
      const other = this.root.querySelector(`[data-item="${part.dataset.except}"]:checked`)?.getAttribute("value");
      for (const box of boxes) box.disabled = (full && !box.checked) || box.value === other;
    }
  }

  // --- what comes back

  /** @param {Message} message @param {DataView[]} [buffers] */
  receive(message, buffers) {
    if (message.type === "view") this.replace(message.id, message.html);
    // Answers come in the order of what was sent: a press that has none by now got lost on its way.
    if (message.type === "pong" && this.pinged && this.pinged === this.unanswered) this.miss(false, true);
    if (message.type === "answer") this.hear(/** @type {any} */ (message));
    if (message.type === "refused" && message.above !== undefined) this.renumber(message.seq, message.above);
    else if (message.type === "saved" || message.type === "refused") this.outbox.drop(message.seq, message.type === "refused");
    if (message.type === "hello") {
      this.outbox.read();
      this.outbox.seq = Math.max(this.outbox.seq, message.seq);
      this.connected = true;
      this.deliver();
    }
    for (const [name, html] of Object.entries(message.islands ?? {})) this.fill(name, html);
    if (message.text !== undefined) {
      this.unanswered = "";
      this.fill("notice", message.text, true);
    } else if (this.refused && (message.type === "view" || message.type === "saved")) this.fill("notice", "", true);
    if (message.type === "view" || message.type === "saved" || message.type === "refused") this.refused = message.type === "refused";
    if (message.type === "address") remember(message.session);
    if (message.type === "download" && buffers) download(message.name, message.mime, buffers[0]);
    this.showState();
  }

  /** Send all that waits. */
  deliver() {
    for (const change of this.outbox.changes.values()) this.send({ type: "change", ...change });
  }

  /** Two tabs may write the outbox at one time, and what was delivered waits again: what has long waited is sent once more. */
  resend() {
    this.outbox.read();
    const waits = [...this.outbox.changes.values()].map((change) => change.seq).join();
    if (this.connected && waits && waits === this.waited) this.deliver();
    this.waited = waits;
    this.showState();
  }

  /** Another tab of this seat has answered: show it, unless something newer waits or is being typed here. @param {Change} change */
  hear(change) {
    const waiting = this.outbox.changes.get(keyOf(change));
    if (waiting && waiting.value !== change.value) return;
    this.outbox.known.set(keyOf(change), change.value);
    this.match(change, this.controls(change).find((control) => this.typing.has(control)));
    this.mark();
    this.bound();
  }

  /** Another tab or device used the number of a change: send it with a higher one. @param {number} seq @param {number} above */
  renumber(seq, above) {
    const change = this.outbox.renumber(seq, above);
    // Once only: if that clashes too, it waits for the next connection, so that two pages can't chase each other.
    if (!change || this.renumbered.delete(seq)) return;
    this.renumbered.add(change.seq);
    this.send({ type: "change", ...change });
  }

  /** @param {Omit<Change, "seq">} change @returns {HTMLInputElement[]} */
  controls(change) {
    const form = `form[data-exercise="${change.exercise}"][data-round="${change.round}"]`;
    const controls = /** @type {HTMLInputElement[]} */ ([...this.root.querySelectorAll(`${form} [data-item]`)]);
    // Compared here, not in the selector: an item may hold what somebody typed.
    return controls.filter((control) => control.dataset.item === change.item);
  }

  /**
   * Let the other controls of an item show its value; what a button stands for isn't in a field as well.
   * @param {Omit<Change, "seq">} change @param {HTMLInputElement} [used] The one in which somebody types.
   */
  match(change, used) {
    const controls = this.controls(change);
    const isButton = (/** @type {HTMLInputElement} */ one) => one.type === "radio" || one.type === "checkbox";
    const pressed = controls.some((one) => isButton(one) && one.value === change.value);
    for (const one of controls.filter((one) => one !== used)) {
      if (isButton(one)) one.checked = one.value === change.value;
      else one.value = pressed ? "" : change.value;
    }
  }

  /** Of the list that a field searches only that is seen in which its words are. */
  find() {
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (this.root.querySelectorAll("[data-find]"))) {
      const wanted = field.value.trim().toLowerCase();
      const list = this.root.querySelectorAll(`[data-island="${field.dataset.find}"] li`);
      for (const one of /** @type {NodeListOf<HTMLElement>} */ (list)) one.hidden = !one.textContent?.toLowerCase().includes(wanted);
    }
  }

  /** Put back what waits to be sent. */
  restore() {
    for (const change of this.outbox.changes.values()) this.match(change);
  }

  /** @param {string} id @param {string} html */
  replace(id, html) {
    const view = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-view]"));
    if (!view || view.dataset.view === id) return;
    // What is half typed enters the outbox first, from where the new view takes it.
    this.keepTyping();
    window.clearTimeout(this.advancing); // it was meant for the old one
    view.dataset.view = id;
    view.innerHTML = html;
    this.settle();
    /** @type {HTMLElement | null} */ (view.querySelector("h1, h2"))?.focus();
    window.scrollTo?.(0, 0);
  }

  /** @param {string} name @param {string} content @param {boolean} [plain] */
  fill(name, content, plain) {
    for (const found of this.root.querySelectorAll(`[data-island="${CSS.escape(name)}"]`)) {
      const island = /** @type {HTMLElement} */ (found);
      if (plain) island.textContent = content;
      else if (this.islands.get(island) !== content) this.renew(island, content);
    }
    this.tick();
  }

  /** Put HTML into an island, but never under somebody's fingers. @param {HTMLElement} island @param {string} html */
  renew(island, html) {
    const active = /** @type {HTMLElement | null} */ (island.contains(document.activeElement) ? document.activeElement : null);
    const form = active?.closest("form");
    const busy = active?.matches("input:not([type=radio]), select, textarea") || (form && this.filled.has(form));
    if (busy || island.contains(this.pressed)) {
      this.pending.set(island, html);
      return;
    }
    this.pending.delete(island);
    const headed = island.querySelector("[data-focus]")?.textContent;
    const kept = [...island.querySelectorAll("input[type=radio]:checked:not([data-item]), details[open]")].map((e) => e.id);
    const were = new Set([...island.querySelectorAll("[data-arrival]")].map((e) => e.getAttribute("data-arrival")));
    this.islands.set(island, html);
    island.innerHTML = html;
    // What wasn't there before moves in.
    for (const e of island.querySelectorAll("[data-arrival]")) e.classList.toggle("arriving", !were.has(e.getAttribute("data-arrival")));
    // What is looked at stays so: a choice, an opened part.
    for (const id of kept.filter(Boolean)) {
      const again = island.querySelector(`#${CSS.escape(id)}`);
      if (again instanceof HTMLDetailsElement) again.open = true;
      else if (again instanceof HTMLInputElement) again.checked = true;
    }
    const renewed = active?.id ? document.getElementById(active.id) : null;
    const part = active?.closest("[data-keys]");
    (renewed ?? (part ? document.getElementById(part.id) : null))?.focus();
    const heading = /** @type {HTMLElement | null} */ (island.querySelector("[data-focus]"));
    if (heading?.textContent !== headed) heading?.focus();
    this.find();
    if (!island.querySelector("[data-step]")) return;
    this.restore();
    this.turn();
  }

  /** Now that the focus or the finger has gone elsewhere, put in what waited; a click comes first. @param {boolean} [lifted] */
  letGo(lifted) {
    window.setTimeout(() => {
      if (lifted) this.pressed = null;
      for (const [island, html] of [...this.pending]) this.renew(island, html);
    }, 0);
  }

  /** After new HTML: put back what waits, choose the card to show, start the clock. */
  settle() {
    this.restore();
    this.turn();
    this.mark();
    this.bound();
    this.tick();
    this.showState();
  }

  /** Ask whether anybody is there. */
  ping() {
    this.pinged = this.unanswered;
    this.send({ type: "ping" });
  }

  /**
   * Say that no answer comes, and what was pressed in vain; or take the former back.
   * @param {boolean} lost @param {boolean} [vain] What was pressed never arrived.
   */
  miss(lost, vain) {
    const notice = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-lost]"));
    if (!notice || (!lost && !vain && !notice.hasAttribute("data-missing"))) return;
    notice.toggleAttribute("data-missing", lost);
    const pressed = this.unanswered && (notice.dataset.unanswered ?? "").replace("{what}", this.unanswered);
    const text = [lost ? notice.dataset.lost : "", pressed].filter(Boolean).join(" ");
    if (notice.textContent !== text) notice.textContent = text;
  }

  showState() {
    const status = this.root.querySelector("[data-status]");
    if (!(status instanceof HTMLElement)) return;
    if (this.connected === undefined) return; // the page still says that it is connecting
    const waiting = this.outbox.changes.size;
    const state = !this.connected ? "offline" : waiting ? "waiting" : "saved";
    const text = (status.dataset[state] ?? "").replace("{n}", String(waiting));
    status.dataset.status = state;
    if (status.textContent !== text) status.textContent = text;
  }

  /** Count down every clock, and say once when a minute is left and when the time is up. */
  tick() {
    let said = "";
    for (const clock of this.root.querySelectorAll("[data-seconds]")) {
      const element = /** @type {HTMLElement & {kitEnds?: number, kitSeconds?: string}} */ (clock);
      if (element.kitEnds === undefined || element.kitSeconds !== element.dataset.seconds) {
        element.kitEnds = Date.now() + 1000 * Number(element.dataset.seconds);
        element.kitSeconds = element.dataset.seconds;
      }
      const left = Math.max(0, Math.round((element.kitEnds - Date.now()) / 1000));
      const over = element.dataset.over ?? "0:00";
      const text = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : over;
      if (element.textContent !== text) element.textContent = text;
      const time = !left ? "over" : left <= 60 && left > 60 - MINUTE_SAID ? "soon" : "";
      for (const words of /** @type {NodeListOf<HTMLElement>} */ (element.parentElement?.querySelectorAll("[data-time]") ?? [])) {
        words.hidden = words.dataset.time !== time;
        if (!words.hidden) said = left ? words.textContent ?? "" : `${over}. ${words.textContent}`;
      }
    }
    // Outside of what comes anew with every change, or it would be spoken each time; role=timer isn't spoken at all.
    const spoken = this.root.querySelector("[data-said]");
    if (spoken && spoken.textContent !== said) spoken.textContent = said;
  }
}

/** Scroll to a part of a notebook that begins too far down. @param {Element | null} part */
function bringUp(part) {
  if (part && part.getBoundingClientRect().top > window.innerHeight / 4) part.scrollIntoView();
}

/** Whether nothing is chosen or written in a step yet. @param {HTMLElement} step */
function isOpen(step) {
  const texts = /** @type {HTMLTextAreaElement[]} */ ([...step.querySelectorAll("textarea, input[type=text]")]);
  return !step.querySelector("input:checked") && !texts.some((text) => text.value);
}

/** What the list of a field knows in another spelling is taken in the list's: "H.R." becomes "HR". @param {HTMLInputElement} field */
function spell(field) {
  const letters = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const known = [...(field.list?.options ?? [])].map((option) => option.value);
  if (!known.includes(field.value)) field.value = known.find((name) => letters(name) === letters(field.value)) ?? field.value;
}

/** @param {string} name @param {string} mime @param {DataView} content */
function download(name, mime, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (content)], { type: mime }));
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Which session a run sheet moves stands in the page's address, so that a reload stays in it. @param {string} session */
function remember(session) {
  if (!document.body.matches(".kit-run")) return;
  const address = new URL(location.href);
  address.searchParams.set("session", session);
  history.replaceState(null, "", address);
}

/**
 * Watch over a page's connection: ask when it has been silent for a while or a press waits for its answer, and give up
 * when none comes.
 * @param {Page} page @param {number} silence Milliseconds before it asks, and then until it gives up.
 * @param {() => void} lost
 */
function pulse(page, silence, lost) {
  let heard = Date.now();
  let asked = 0;
  const timer = window.setInterval(() => {
    const now = Date.now();
    if (asked && now - asked > silence) lost();
    if (now - heard <= silence && page.unanswered === page.pinged) return;
    asked ||= now; // silent since long ago may only mean that the tab slept
    page.ping();
  }, silence / 4);
  return {
    hear() { heard = Date.now(); asked = 0; },
    stop() { window.clearInterval(timer); },
  };
}

/** How long a page bears silence, in milliseconds. @param {HTMLElement} root @param {number} usual */
function silenceOf(root, usual) {
  return Number(/** @type {HTMLElement | null} */ (root.querySelector("[data-silence]"))?.dataset.silence ?? usual);
}

/**
 * Keep a page in touch with the server by WebSocket; reconnects by itself.
 * @param {HTMLElement} root @param {string} url
 */
export function connect(root, url) {
  /** @type {WebSocket | undefined} */
  let socket;
  let tries = 0;
  let refusals = 0;
  let retry = 0;
  const page = new Page(root, (message) => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  });

  function open() {
    window.clearTimeout(retry);
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("view", /** @type {HTMLElement} */ (root.querySelector("[data-view]")).dataset.view ?? "");
    const mine = socket = new WebSocket(address);
    watch.hear();
    mine.onmessage = (event) => {
      tries = refusals = 0;
      watch.hear();
      page.miss(false);
      const message = JSON.parse(event.data);
      if (message.type === "leave") {
        socket = undefined; // no seat to come back to, however long the next page takes
        location.assign(message.url);
      } else page.receive(message);
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      lost();
      if (++refusals >= 2) reloadWithoutSeat();
      const wait = RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)];
      retry = window.setTimeout(open, wait * (0.7 + 0.6 * Math.random()));
    };
  }

  function lost() {
    page.connected = false;
    page.showState();
    page.miss(true);
  }

  /** A socket that is refused says nothing, so ask for the page: while this device slept, its seat may have moved. */
  async function reloadWithoutSeat() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const isGone = [200, 403, 404, 410].includes(answer.status) && !(await answer.text()).includes("data-live=");
      if (isGone) location.reload();
    } catch { /* offline, or the server is away: what waits is kept */ }
  }

  function reopen() {
    const old = socket;
    socket = undefined;
    old?.close();
    open();
  }

  // Wi-Fi that is gone without a word: ask when it has been silent, and give up on the socket when no answer comes.
  const watch = pulse(page, silenceOf(root, SILENCE_MS), () => { lost(); reopen(); });
  window.addEventListener("online", reopen);
  window.addEventListener("offline", () => { socket?.close(); lost(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && socket?.readyState !== WebSocket.OPEN) reopen();
  });
  open();
  return page;
}

/** The learner's own key, made once in this browser. */
function learnerKey() {
  const make = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  try {
    const key = localStorage.getItem("kit:learner") ?? make();
    localStorage.setItem("kit:learner", key);
    return key;
  } catch {
    return make();
  }
}

/** anywidget's entry: the same page, with a kernel at the other end. @param {{model: any, el: HTMLElement}} host */
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "kit kit-notebook";
  root.dataset.seat = model.get("seat");
  root.innerHTML = model.get("html");
  el.append(root);
  /** @param {Message} message @returns {boolean} */
  const send = (message) => {
    try { model.send(message); } catch { return false; /* the kernel's connection has been closed */ }
    return true;
  };
  const page = new Page(root, send);
  // A kernel that has ended is silent; say so instead of leaving dead buttons.
  const watch = pulse(page, silenceOf(root, KERNEL_SILENCE_MS), () => page.miss(true));
  /** @param {Message} message @param {DataView[]} buffers */
  const receive = (message, buffers) => {
    watch.hear();
    page.miss(false);
    page.receive(message, buffers);
  };
  const renew = () => { root.innerHTML = model.get("html"); page.settle(); };
  model.on("msg:custom", receive);
  model.on("change:html", renew);
  model.send({ type: "hello", key: learnerKey() });
  return () => {
    watch.stop();
    page.close();
    model.off("msg:custom", receive);
    model.off("change:html", renew);
  };
}

export default { render };

const live = /** @type {HTMLElement | null} */ (document.querySelector("[data-live]"));
if (live) connect(live, live.dataset.live ?? "");
