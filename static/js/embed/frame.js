// A survey in a frame of somebody else's page. It asks us for that page, whose rules may let it ask nobody, and says
// there how high it is, that it was answered, and that Escape was pressed. Without it the forms work all the same.
const tell = (kind, more) => parent !== window && parent.postMessage({ hearback: kind, ...more }, "*")
const { ask, shown } = document.body.dataset
const theme = location.search

const post = async (path, said) => (await fetch(path + theme, { method: "POST", body: JSON.stringify(said) })).json()

addEventListener("message", async (event) => {
  const said = event.data
  if (!ask || event.source !== parent || !said) return
  try {
    if (said.ask) tell("asked", await post(ask, said.ask))
    if (!said.show) return
    const { at } = await post(shown, { ticket: said.show })
    if (at) location.replace(at)
    else tell("gone")
  } catch {
    tell("gone")
  }
})

const main = () => document.querySelector("[data-framed]")

const arrived = () => {
  const answered = main().querySelector("[data-answered]")
  if (answered) tell("answered", { score: answered.dataset.answered })
}

// The next page in place of this one: one step back in the browser is still a step of the page around it.
const step = async (address, sent) => {
  try {
    const answer = await fetch(address, sent)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const next = page.querySelector("[data-framed]")
    if (!next) throw new Error(answer.status) // a page of an error, and none of a survey: what was typed stays
    main().replaceWith(next)
    taller.observe(main())
    main().focus()
    arrived()
  } catch {
    if (!main().querySelector("[data-error]")) main().insertAdjacentHTML("afterbegin", '<p class="errors" role="alert" data-error></p>')
    main().querySelector("[data-error]").textContent = main().dataset.failed
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target
  event.preventDefault()
  if (form.dataset.sent) return
  form.dataset.sent = "yes"
  await step(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
  delete form.dataset.sent
})

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-step]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  step(link.href)
})

// Out of a field with words that were not sent, one Escape leads to the page, and the next puts it away.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return
  const { value, defaultValue } = document.activeElement
  if (value !== defaultValue && event.target.matches("textarea")) main().focus()
  else tell("close")
})

const measured = () => tell("open", { height: Math.ceil(main().getBoundingClientRect().height) })
const taller = new ResizeObserver(measured)

if (ask) tell("ready")
else if (main()) {
  measured() // at once: what nobody sees yet is not drawn, and what is not drawn is not observed
  taller.observe(main())
  arrived()
}
