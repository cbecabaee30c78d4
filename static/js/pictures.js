// Each picture in a text gets a field for its description, which is the alt of its Markdown.
const pictures = /!\[([^\]\n]*)\]\((\/files\/\d+\/([^)\s]+))\)/g
const list = (form) => form?.querySelector("[data-pictures]")

const line = (form, address, name) => {
  const made = form.querySelector("[data-row=picture]").content.firstChild.cloneNode(true)
  made.dataset.address = address
  made.querySelector("img").src = address.replace(/^(\/files\/\d+\/)/, "$1small/")
  made.querySelector("[data-name]").textContent = name
  return made
}

const show = (form) => {
  const there = new Map([...list(form).children].map((made) => [made.dataset.address, made]))
  const found = new Map()
  for (const [, words, address, name] of form.querySelector("textarea").value.matchAll(pictures)) {
    const made = there.get(address) ?? line(form, address, name)
    const field = made.querySelector("[data-alt]")
    if (field !== document.activeElement) field.value = words
    found.set(address, made)
  }
  const wanted = [...found.values()]
  if (wanted.length !== there.size || wanted.some((made) => !made.isConnected)) list(form).replaceChildren(...wanted)
}

const describe = (field) => {
  const area = field.form.querySelector("textarea")
  const end = area.value.indexOf(`](${field.closest("li").dataset.address})`)
  const from = area.value.lastIndexOf("![", end) + 2
  if (end < 0 || from < 2) return
  area.setRangeText(field.value.replace(/[[\]\\]/g, ""), from, end, "preserve")
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

document.addEventListener("input", ({ target }) => target.matches("[data-alt]") && describe(target))
// Focus comes back to the text when a draft was thrown away or taken from the other tab.
for (const kind of ["input", "focusin"]) {
  document.addEventListener(kind, ({ target }) => target.matches("textarea") && list(target.form) && show(target.form))
}
for (const form of document.querySelectorAll("[data-composer]")) if (list(form)) show(form)
