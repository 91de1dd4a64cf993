// Shows two open connections, and when and why each of them ends.
'use strict';

const cell = (id) => document.getElementById(id);
const now = () => `${new Date().toISOString().slice(11, 19)} UTC`;

function show(name, state, style) {
  const target = cell(`${name}-state`);
  target.textContent = state;
  target.className = `state ${style}`;
}

function tick(name, text) {
  if (cell(`${name}-state`).textContent !== 'open') show(name, 'open', 'open');
  cell(`${name}-time`).textContent = text;
}

function tellCut(text) {
  const alert = cell('cut');
  alert.textContent = text;
  alert.hidden = false;
}

function watchSocket() {
  const socket = new WebSocket(`wss://${location.host}/socket`);
  socket.onmessage = (message) => tick('socket', message.data);
  socket.onclose = (close) => {
    const why = close.reason || (close.code === 1006 ? 'the connection was reset' : 'no reason given');
    show('socket', 'cut', 'cut');
    tellCut(`Cut at ${now()}: ${why}. WebSocket close code ${close.code}.`);
    cell('again').hidden = false;
  };
}

function watchEvents() {
  const events = new EventSource('/events');
  events.onmessage = (message) => tick('events', message.data);
  events.onerror = () => {
    // The browser would try again by itself; here the end is what there is to see.
    events.close();
    show('events', 'cut', 'cut');
    cell('again').hidden = false;
  };
}

watchSocket();
watchEvents();
