/** Live updates for one person, reconnecting with a growing pause until told to stop. */

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 8000;

export class LiveUpdates {
  constructor({ onEvent, onUp, onDown }) {
    this.handlers = { onEvent, onUp, onDown };
    this.pause = FIRST_PAUSE;
    this.user = null;
    this.socket = null;
    this.timer = 0;
  }

  follow(user) {
    this.stop();
    this.user = user;
    this.pause = FIRST_PAUSE;
    this.open();
  }

  stop() {
    clearTimeout(this.timer);
    this.user = null;
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ui/ws?user=${encodeURIComponent(this.user)}`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      if (socket !== this.socket) return;
      this.pause = FIRST_PAUSE;
      this.handlers.onUp();
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.handlers.onEvent(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      if (socket === this.socket) this.retry();
    });
  }

  retry() {
    this.handlers.onDown();
    this.timer = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
