// Shows two open connections, and when and why each of them ends.
'use strict';

const cell = (id) => document.getElementById(id);

function show(name, state, style) {
  const target = cell(`${name}-state`);
  target.textContent = state;
  target.className = style;
}

function tick(name, text) {
  show(name, 'open', 'open');
  cell(`${name}-time`).textContent = text;
}

function tellCut(text) {
  const alert = cell('cut');
  alert.textContent = text;
  alert.hidden = false;
  cell('again').hidden = false;
}

function watchSocket() {
  const socket = new WebSocket(`wss://${location.host}/socket`);
  socket.onmessage = (message) => tick('socket', message.data);
  socket.onclose = (close) => {
    const when = new Date().toLocaleTimeString();
    const why = close.reason || (close.code === 1006 ? 'the connection was reset' : 'no reason given');
    show('socket', `cut (code ${close.code})`, 'cut');
    tellCut(`Cut at ${when}: ${why} (WebSocket close code ${close.code}).`);
  };
}

function watchEvents() {
  const events = new EventSource('/events');
  events.onmessage = (message) => tick('events', message.data);
  events.onerror = () => {
    // The browser would try again by itself; here the end is what there is to see.
    events.close();
    show('events', `cut at ${new Date().toLocaleTimeString()}`, 'cut');
    cell('again').hidden = false;
  };
}

watchSocket();
watchEvents();
