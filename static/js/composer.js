// Preview, the sheet on phones, Ctrl+Enter, and answering or quoting a post without leaving the page.
const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""

const look = async (form, view) => {
  const area = form.querySelector("textarea")
  const pane = form.querySelector("[data-preview]")
  for (const tab of form.querySelectorAll("[data-view]")) tab.setAttribute("aria-pressed", String(tab.dataset.view === view))
  area.hidden = view === "preview"
  pane.hidden = !area.hidden
  if (!area.hidden) return area.focus()
  const answer = await fetch("/preview/", { method: "POST", headers: { "X-CSRFToken": token(form) }, body: new URLSearchParams({ body: area.value }) }).catch(() => null)
  // 422 and 429 say in their own words why there is no preview.
  if (answer?.ok || [422, 429].includes(answer?.status)) pane.innerHTML = await answer.text()
  else pane.textContent = document.querySelector("#words").dataset.failed
}

const answer = (form, post, quote) => {
  const number = post.id === "0" ? "" : post.id
  let line = form.querySelector(".composer-context")
  if (!line) {
    line = document.createElement("p")
    line.className = "post-context composer-context"
    form.prepend(line)
  }
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "reply_to", value: number })
  const icon = Object.assign(document.createElement("i"), { className: "icon icon-reply" })
  line.replaceChildren(input, icon, `${post.querySelector(".post-author").textContent} ${number && `#${number}`}`)
  const area = form.querySelector("textarea")
  if (quote) {
    const chosen = String(getSelection()).trim() || post.querySelector(".prose").innerText.trim().slice(0, 600)
    const text = `${chosen.replace(/^/gm, "> ")}\n\n`
    area.dispatchEvent(new CustomEvent("compose", { bubbles: true, detail: { text } }))
  }
  area.focus()
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-view]")
  if (tab) look(tab.form, tab.dataset.view)
  if (event.target.closest("[data-close-sheet]")) event.target.closest("form").removeAttribute("data-open")
  const link = event.target.closest("[data-reply], [data-quote]")
  const form = document.querySelector("#composer")
  if (!link || !form || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  answer(form, link.closest(".post"), link.hasAttribute("data-quote"))
})

// The composer that a guest's link has fetched: whoever opened it wants to write.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "composer-place") event.target.querySelector("textarea")?.focus()
})

document.addEventListener("focusin", (event) => {
  const area = event.target.closest("[data-composer] textarea")
  if (area) area.form.dataset.open = "yes"
})

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]")
  if (!form) return
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".composer-foot .button-main"))
  if (event.key === "Escape" && !event.defaultPrevented) form.removeAttribute("data-open")
})
