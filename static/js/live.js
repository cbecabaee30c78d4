// Keeps an open page up to date: asks a few numbers, and only when they change fetches the page again.
const address = document.documentElement.dataset.live
const SOON = 4000
const SELDOM = 60000
const IDLE = 600000
let known = null
let touched = Date.now()
let failures = 0
let timer = 0
let waits = false

const wait = () => {
  clearTimeout(timer)
  if (!document.hidden) timer = setTimeout(ask, Date.now() - touched > IDLE ? SELDOM : SOON * (1 + Math.min(failures, 5)))
}

const lost = (is) => {
  const line = document.querySelector("#offline")
  if (line) line.hidden = !is
}

const ask = async () => {
  const answer = await fetch(address, { cache: "no-cache" }).catch(() => null)
  if (answer?.status === 410) return
  failures = answer?.ok ? 0 : failures + 1
  lost(failures > 1)
  if (answer?.ok) compare(await answer.json())
  wait()
}

const compare = (now) => {
  const before = known
  known = now
  if (!before) return
  // What the bell tells may stand on this page: that is fetched first, and is then read by the next time.
  const first = !waits && now.unread > before.unread && document.querySelector("[data-live-posts]")
  if (first || before.page !== now.page) document.dispatchEvent(new CustomEvent("live"))
  if (!first && (waits || before.unread !== now.unread)) ring(now.unread)
  waits = Boolean(first)
}

const ring = (unread) => {
  const bell = document.querySelector(".bell")
  if (!bell) return
  bell.querySelector(".bell-count")?.remove()
  if (!unread) return
  const count = document.createElement("b")
  count.className = "bell-count"
  count.textContent = unread
  bell.append(" ", count)
}

if (address) {
  for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, () => { touched = Date.now() }, { passive: true })
  document.addEventListener("visibilitychange", () => { touched = Date.now(); document.hidden ? clearTimeout(timer) : ask() })
  ask()
}
