{# What stands in other people's pages. known (JSON): name and own language of the site, and by language the title and the word for closing. #}
/* A survey in your own product: <script async src="https://…/embed/hearback.js" data-key="…"></script>. docs/surveys.md says what it takes. */
(() => {
  "use strict"
  const { name, own, words } = {{ known|safe }}
  const script = document.currentScript || document.querySelector('script[src*="/embed/hearback.js"][data-key]')
  const early = window.Hearback
  const given = script?.dataset
  if (!given?.key || early?.identify) return
  const community = new URL(script.src).origin
  const DAY = 864e5
  const codes = [given.language, document.documentElement.lang, ...navigator.languages].map((code) => String(code || "").slice(0, 2).toLowerCase())
  const language = codes.find((code) => words[code]) || own
  const [title, shut] = words[language] || Object.values(words)[0]
  const theme = given.theme === "light" || given.theme === "dark" ? `&theme=${given.theme}` : ""
  const at = `${community}/embed/${given.key}/`
  const isTrial = "try" in given

  // That this browser was asked is remembered here, and nowhere else: a time, and of a named person the first letters
  // of their signature. 0 is the time of whoever chance did not choose.
  const place = `hearback.survey.${given.key}`
  let who = given.hash ? { id: given.id, email: given.email, hash: given.hash } : null
  const mark = () => String(who?.hash || "").slice(0, 8)
  const remember = (time) => {
    try {
      localStorage.setItem(place, `${time} ${mark()}`)
      return true
    } catch {
      return false // a page may keep nothing
    }
  }
  const remembered = () => {
    try {
      return localStorage.getItem(place)?.split(" ")
    } catch {
      return null
    }
  }
  const rests = (days) => Object.keys(localStorage).some((key) => key.startsWith("hearback.survey.") && parseInt(localStorage[key]) > Date.now() - days * DAY)
  const tell = (kind, detail) => document.dispatchEvent(new CustomEvent(`hearback:${kind}`, { detail: { key: given.key, ...detail } }))

  // Elements and a constructed sheet: host pages may allow neither inline styles nor markup from strings.
  const make = (kind, attributes, ...inside) => {
    const made = document.createElement(kind)
    for (const key in attributes) made.setAttribute(key, attributes[key])
    made.append(...inside)
    return made
  }
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    :host { all: initial !important; position: fixed !important; inset: 0 auto auto 0 !important; z-index: 2147483000 !important }
    @media print { :host { display: none !important } }
    * { box-sizing: border-box; margin: 0; font: 500 16px/1.4 system-ui, sans-serif }
    /* As high as it may become, and cut to what is said: the cut and the way down are no layout, so that nothing moves. */
    .corner { position: fixed; inset-block-end: calc(16px + env(safe-area-inset-bottom, 0px)); inset-inline-end: 16px; inline-size: 440px;
      max-inline-size: calc(100vw - 32px); visibility: hidden; filter: drop-shadow(0 0 1px #888) drop-shadow(0 8px 20px #0006);
      color-scheme: ${theme ? given.theme : "light dark"} }
    section { --cut: max(0px, 100% - var(--tall, 0px)); block-size: min(720px, 100vh - 32px); block-size: min(720px, 100dvh - 32px); display: flex; flex-direction: column;
      transform: translateY(var(--cut)); clip-path: inset(0 0 var(--cut) 0 round 12px); color: #1b2733; color: light-dark(#1b2733, #eceff2);
      background: #fff; background: light-dark(#fff, oklch(0.225 0.014 240)) }
    .start { inset-inline: 16px auto }
    .open { visibility: visible }
    .head { flex: none; display: flex; align-items: center; justify-content: space-between; padding-inline-start: 16px }
    .head span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 700 }
    button { cursor: pointer; min-block-size: 44px; min-inline-size: 44px; border: 0; color: inherit; background: none; font-size: 24px }
    button:focus-visible { outline: 3px solid currentColor; outline-offset: -4px }
    iframe { flex: 1; inline-size: 100%; min-block-size: 0; border: 0 }
    @media (max-width: 480px) {
      .corner { inset: auto 0 0 !important; inline-size: auto; max-inline-size: none }
      section { clip-path: inset(0 0 var(--cut) 0 round 12px 12px 0 0) }
    }
    @media (prefers-reduced-motion: no-preference) {
      .open { animation: come 0.25s }
      .open section { transition: transform 0.2s, clip-path 0.2s }
      @keyframes come { from { translate: 0 24px; opacity: 0 } }
    }`)
  const closer = make("button", { type: "button", "aria-label": shut }, "×")
  const panel = make("section", { role: "dialog", "aria-label": title }, make("div", { class: "head" }, make("span", { dir: "auto" }, name), closer))
  const host = make("hearback-survey", {})
  const shadow = host.attachShadow({ mode: "open" })
  shadow.adoptedStyleSheets = [sheet]
  const corner = make("div", { class: "corner", lang: language, dir: language === "ar" ? "rtl" : "ltr" }, panel)
  shadow.append(corner)

  let frame, timer, back, isLoaded, isOpen, said, isDone, furthest = 0
  const happened = new Set()
  const say = (words) => frame.contentWindow.postMessage(words, community)
  const go = () => {
    clearInterval(timer)
    host.remove()
    frame?.remove()
    frame = null
  }
  const ask = () => {
    isLoaded = true
    const [, whose] = remembered() || []
    if (isDone || isOpen || (!isTrial && whose !== undefined && (!who || whose === mark()))) return
    go()
    frame = make("iframe", { title, src: `${at}${isTrial ? "?try=1&" : "ask/?"}language=${language}${theme}`, referrerpolicy: "no-referrer" })
    panel.append(frame)
    document.body.append(host)
  }
  const fits = ({ page, event, scroll }) => {
    const { scrollTop, clientHeight, scrollHeight } = document.scrollingElement || document.documentElement
    furthest = Math.max(furthest, ((scrollTop + clientHeight) * 100) / scrollHeight)
    const pattern = page.split("*").map((part) => part.replace(/[^\w/-]/g, "\\$&")).join(".*")
    return (!page || new RegExp(`^${pattern}$`).test(location.pathname)) && (!event || happened.has(event)) && furthest >= scroll
  }
  const wait = (asked) => {
    // Where nothing can be kept nobody is asked: it would be every day.
    const isResting = () => !who && (!remember(0) || localStorage.removeItem(place) || rests(asked.rest))
    if (!asked.ticket || isResting()) return go()
    if (Math.random() * 100 >= asked.chance) return remember(0), go()
    corner.classList.toggle("start", asked.side === "start")
    let since = 0
    timer = setInterval(() => {
      if (document.visibilityState === "visible") since = fits(asked) ? since + 0.5 : 0
      if (since <= asked.delay) return
      clearInterval(timer)
      say({ show: asked.ticket })
    }, 500)
  }
  const open = ({ height }) => {
    panel.style.setProperty("--tall", `${height + closer.offsetHeight}px`)
    if (isOpen) return
    isOpen = true
    back = document.activeElement
    corner.classList.add("open")
    if (!isTrial) tell("shown")
  }
  const answered = ({ score }) => {
    if (isTrial || said === score) return
    said = score
    remember(Date.now())
    tell("answered", { score: score === "" ? null : Number(score) })
  }
  const close = () => {
    if (!isOpen) return
    const isInside = shadow.activeElement
    isOpen = false
    isDone = true
    corner.classList.remove("open")
    go()
    if (isInside && back?.isConnected) back.focus()
    if (isTrial || said !== undefined) return
    remember(Date.now())
    tell("dismissed")
  }
  const heard = {
    ready: () => say({ ask: { ...who?.traits, id: who?.id, email: who?.email, hash: who?.hash } }),
    asked: wait,
    open,
    answered,
    close,
    gone: go,
  }

  closer.addEventListener("click", close)
  shadow.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    close()
  })
  // Escape belongs to whatever has the cursor: nowhere in particular, it is ours.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && document.activeElement === document.body) close()
  })
  addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === community) heard[event.data?.hearback]?.(event.data)
  })
  const api = (window.Hearback = {
    identify: (said) => {
      who = said ? JSON.parse(JSON.stringify(said)) : null
      if (isLoaded) ask()
    },
    event: (name) => happened.add(String(name)),
    close,
  })
  if (Array.isArray(early)) early.forEach(([act, ...said]) => api[act]?.(...said))
  if (document.readyState === "complete") setTimeout(ask)
  else addEventListener("load", ask)
})()
