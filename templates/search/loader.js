{# What stands in other people's pages: a button, and a frame with a page of ours. known (JSON), at (its name in our addresses), global (its name in the page). Each kind of it fills the blocks. #}{% block says %}{% endblock says %}
(() => {
  "use strict"
  const { name, brand, own, embedders, words, ...more } = {{ known|safe }}
  const script = document.currentScript || document.querySelector('script[src*="/embed/{{ at }}.js"]')
  if (window.{{ global }} || !script) return
  const given = script.dataset
  const community = new URL(script.src).origin
  const codes = [given.language, {% block page_language %}{% endblock page_language %}...navigator.languages].map((code) => String(code || "").slice(0, 2).toLowerCase())
  const language = codes.find((code) => words[code]) || own
  const [help, shut, title, ...spoken] = words[language] || Object.values(words)[0]
  const theme = given.theme === "light" || given.theme === "dark" ? given.theme : ""
  const address = `${community}/embed/{{ at }}/?language=${language}${theme && `&theme=${theme}`}`
  const fits = embedders.includes("*") || embedders.includes(location.origin) || location.origin === community

  // Elements and a constructed sheet: host pages may allow neither inline styles nor markup from strings.
  const make = (kind, attributes, ...inside) => {
    const made = document.createElement(kind)
    for (const key in attributes) made.setAttribute(key, attributes[key])
    made.append(...inside)
    return made
  }
  const side = (given.side || "{% block side %}end{% endblock side %}") === "start" ? "start" : "end"
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    :host { all: initial !important; display: block !important }
    @media print { :host { display: none !important } }
    * { box-sizing: border-box; margin: 0; font: 500 16px/1.4 system-ui, sans-serif }
    div { color-scheme: ${theme || "light dark"} }
    button { cursor: pointer; border: 1px solid transparent; min-block-size: 44px; min-inline-size: 44px }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1b2733 }
    .launcher { position: fixed; z-index: 2147483000; inset-block-end: calc(16px + env(safe-area-inset-bottom, 0px)); inset-inline-${side}: 16px;
      padding-inline: 20px; border-radius: 99px; color: #fff; background: #24425c; background: oklch(from ${brand} min(l, 0.5) min(c, 0.19) h);
      box-shadow: 0 2px 12px #0005 }
    dialog { position: fixed; z-index: 2147483001; inset: auto; inset-block-end: calc(76px + env(safe-area-inset-bottom, 0px)); inset-inline-${side}: 16px;
      inline-size: 400px; max-inline-size: calc(100vw - 32px); block-size: 640px; max-block-size: calc(100vh - 92px); padding: 0; overflow: hidden;
      border: 1px solid #8888; border-radius: 12px; color: #1b2733; color: light-dark(#1b2733, #eceff2);
      background: #fff; background: light-dark(#fff, #1c2329); box-shadow: 0 8px 40px #0006 }
    dialog[open] { display: flex; flex-direction: column }
    header { display: flex; align-items: center; justify-content: space-between; padding-inline-start: 16px }
    header span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 700 }
    header button { color: inherit; background: none; font-size: 24px }
    header button:focus-visible { outline-color: currentColor; outline-offset: -4px; box-shadow: none }
    {% block style %}{% endblock style %}iframe { flex: 1; inline-size: 100%; border: 0 }
    @media (max-width: 480px), (max-height: 480px) {
      dialog { inset: 0; inline-size: 100%; max-inline-size: none; block-size: 100%; max-block-size: none; border: 0; border-radius: 0 }
    }`)
  const launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog" }, given.label || help)
  const closer = make("button", { type: "button", "aria-label": shut }, "×")
  const dialog = make("dialog", { "aria-label": title }, make("header", {}, make("span", { dir: "auto" }, name), closer))
  const place = make("hearback-{{ at }}", {})
  const shadow = place.attachShadow({ mode: "open" })
  shadow.adoptedStyleSheets = [sheet]
  shadow.append(make("div", { lang: language, dir: language === "ar" ? "rtl" : "ltr" }, launcher, dialog))
  if (given.launcher === "none") launcher.remove()

{% block stands %}{% endblock stands %}  let frame
  let opener = launcher
  const greet = () => {
    if (shadow.activeElement !== frame) frame.focus() // whoever types already loses no letter
    frame.contentWindow.postMessage("hearback:open", community)
  }
  const open = (by) => {
{% block opened %}{% endblock opened %}    if (!fits) return window.open(address, "_blank", "noopener")
    if (dialog.open) return greet()
    opener = by || (launcher.isConnected ? launcher : document.activeElement)
    if (matchMedia("(max-width: 480px), (max-height: 480px)").matches) dialog.showModal()
    else dialog.show()
    opener.setAttribute("aria-expanded", "true")
    if (frame) return greet()
    frame = make("iframe", { title, src: address, referrerpolicy: "no-referrer" })
    frame.addEventListener("load", () => dialog.open && greet())
    dialog.append(frame)
  }
  const close = () => dialog.close()

  launcher.addEventListener("click", () => (dialog.open ? close() : open()))
  closer.addEventListener("click", close)
  dialog.addEventListener("close", () => {
    opener.setAttribute("aria-expanded", "false")
    opener.focus()
  })
  shadow.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !dialog.open) return
    event.stopPropagation()
    close()
  })
  addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === community && event.data === "hearback:close") close()
  })
  // Links of the page that lead to ours without script open it here.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-hearback-{{ at }}]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(link)
  })
  window.{{ global }} = { open: () => open(), close }
  const stand = () => document.body.append(place)
  if (document.body) stand()
  else document.addEventListener("DOMContentLoaded", stand)
})()
