// A phone: shows one chat, sends what its owner does, and asks for news twice a second.
"use strict";

const at = (id) => document.getElementById(id);
const number = at("number"), user = at("user"), phone = at("phone"), person = at("name");
let shown = "";

const who = () => ({ number: number.value, user_id: user.value.trim() });

async function post(path, body) {
  const answer = await fetch(`/dev/whatsapp/api/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  at("note").textContent = answer.ok ? "" : `Not taken: ${answer.status} ${await answer.text()}`;
  await refresh();
}

const send = (more) => post("messages", { ...who(), wa_id: phone.value.trim() || null, name: person.value, ...more });

function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

function words(bubble) {
  const content = bubble.content;
  if (bubble.kind === "template") return bubble.template.text;
  if (bubble.kind === "button") return content.text;
  if (bubble.kind === "interactive") return content.body ? content.body.text : (content.button_reply || content.list_reply).title;
  return content.body || content.caption || (bubble.kind === "image" ? "📷 Photo" : bubble.kind);
}

function tap(bubble, id, title, more = {}) {
  return send({ option_id: id, option_title: title, reply_to: bubble.id, ...more });
}

function options(bubble) {
  const list = element("div", { className: "options" });
  const titled = (tag, title, sign, more) => list.append(
    element(tag, { dir: "auto", ...more }, ...(sign ? [element("span", { className: "sign", textContent: sign })] : []), title));
  const button = (title, act, sign = "") => titled("button", title, sign, { type: "button", onclick: act });
  const link = (title, url) => titled("a", title, "↗", { href: url, target: "_blank", rel: "noreferrer" });
  if (bubble.kind === "template") {
    for (const each of bubble.template.buttons) {
      if (each.url) link(each.title, each.url);
      else button(each.title, () => tap(bubble, each.id, each.title, { is_template_button: true }));
    }
  } else if (bubble.kind === "interactive" && bubble.from_business) {
    const action = bubble.content.action;
    for (const each of action.buttons || []) button(each.reply.title, () => tap(bubble, each.reply.id, each.reply.title));
    if (action.sections) button(action.button, () => open_sheet(bubble, action), "☰");
    if (action.parameters) link(action.parameters.display_text, action.parameters.url);
  }
  return list.children.length ? list : "";
}

function open_sheet(bubble, action) {
  at("sheet-title").textContent = action.button;
  at("rows").replaceChildren(...action.sections.flatMap((section) => section.rows.map((row) =>
    element("button", { type: "submit", dir: "auto", onclick: () => tap(bubble, row.id, row.title, { is_row: true }) },
      row.title, row.description ? element("small", { textContent: row.description }) : ""))));
  const frame = at("chat").getBoundingClientRect(), sheet = at("sheet");
  Object.assign(sheet.style, {
    left: `${frame.left}px`, width: `${frame.width}px`, bottom: `${innerHeight - at("compose").getBoundingClientRect().bottom}px`,
    maxHeight: `${frame.height}px`,
  });
  sheet.showModal();
  sheet.scrollTop = 0;
}

function drawn(bubble) {
  const mine = !bubble.from_business;
  const body = element("div", { dir: "auto", textContent: words(bubble) });
  const time = new Date(bubble.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const failed = bubble.status === "failed";
  const foot = element("footer", { className: failed ? "failed" : "", textContent: failed ? `not delivered: ${bubble.error}` : time });
  if (!failed && !mine) {
    const ticks = { delivered: "✓✓", read: "✓✓" }[bubble.status] || "✓";
    foot.append(" ", element("span", {
      className: `ticks ${bubble.status}`, textContent: ticks, title: `${bubble.status}, as the bot is told`, ariaLabel: bubble.status,
    }));
  }
  const made = element("article", { className: `bubble${mine ? " mine" : ""}` }, body, foot, options(bubble));
  made.dataset.kind = bubble.kind;
  made.dataset.from = mine ? "person" : "business";
  return made;
}

async function refresh() {
  const { number: n, user_id: u } = who();
  const answer = await fetch(`/dev/whatsapp/api/chat?${new URLSearchParams({ number: n, user_id: u })}`);
  if (!answer.ok) return;
  const chat = await answer.json();
  at("state").className = chat.window_closed ? "closed" : "";
  at("state").textContent = chat.window_closed ? "window closed: templates only" : "business account";
  const news = JSON.stringify(chat.bubbles);
  if (news === shown) return;
  shown = news;
  const near = at("chat").scrollHeight - at("chat").scrollTop - at("chat").clientHeight < 200;
  at("chat").replaceChildren(...chat.bubbles.map(drawn));
  if (near) at("chat").scrollTop = at("chat").scrollHeight;
}

at("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (!text) return;
  at("text").value = "";
  await send({ text });
});

at("photo").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  await send({ photo_data: btoa(binary) });
  event.target.value = "";
});

for (const button of document.querySelectorAll("[data-trouble]")) {
  button.addEventListener("click", () => post("trouble", { ...who(), kind: button.dataset.trouble }));
}

(async () => {
  const known = await (await fetch("/dev/whatsapp/api/numbers")).json();
  number.replaceChildren(...known.map((each) => element("option", { value: each.id, textContent: each.name })));
  const wanted = new URLSearchParams(location.search);
  for (const [name, field] of [["number", number], ["user", user], ["phone", phone], ["name", person]]) {
    if (wanted.has(name)) field.value = wanted.get(name);
  }
  const title = () => {
    const name = number.selectedOptions[0]?.textContent || "No business";
    at("title").textContent = name;
    at("face").textContent = name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("").toUpperCase();
    shown = "";
    refresh();
  };
  number.addEventListener("change", title);
  user.addEventListener("change", title);
  title();
  setInterval(refresh, 500);
})();
