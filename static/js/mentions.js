// "@" and some letters under the caret ask who is meant; arrows choose, Enter or Tab takes, Escape leaves.
let asked, timer

const word = (area) => area.value.slice(0, area.selectionStart).match(/(?:^|[\s(])@([\p{L}\p{N}_.-]{1,30})$/u)?.[1]

const list = (area) => area.parentNode.querySelector("[role=listbox]")

const close = (area) => {
  asked?.abort()
  list(area)?.remove()
  for (const name of ["aria-activedescendant", "aria-controls", "aria-autocomplete"]) area.removeAttribute(name)
}

const choose = (area, option) => {
  for (const other of list(area).children) other.setAttribute("aria-selected", String(other === option))
  area.setAttribute("aria-activedescendant", option.id)
  option.scrollIntoView({ block: "nearest" })
}

const take = (area, option) => {
  const from = area.selectionStart - word(area).length
  close(area)
  area.dispatchEvent(new CustomEvent("compose", { bubbles: true, detail: { text: `${option.dataset.handle} `, from } }))
}

const face = ({ initials, colour }) => Object.assign(document.createElement("b"), { className: `avatar avatar-s colour-${colour}`, textContent: initials, ariaHidden: "true" })

const show = (area, people) => {
  close(area)
  if (!people.length) return
  const box = Object.assign(document.createElement("ul"), { id: "mention-list", className: "menu-panel", role: "listbox", ariaLabel: "@" })
  box.append(...people.map(({ handle, name, avatar }, at) => {
    const option = Object.assign(document.createElement("li"), { id: `mention-${at}`, role: "option", className: "menu-item" })
    option.dataset.handle = handle
    option.append(...(avatar?.initials ? [face(avatar)] : []), `${name} @${handle}`)
    option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(area, option) })
    return option
  }))
  area.after(box)
  area.setAttribute("aria-controls", box.id)
  area.setAttribute("aria-autocomplete", "list")
  choose(area, box.firstChild)
}

const ask = async (area, letters) => {
  asked?.abort()
  asked = new AbortController()
  const answer = await fetch(`/mentions/?q=${encodeURIComponent(letters)}`, { signal: asked.signal }).catch(() => null)
  if (answer?.ok && word(area) === letters) show(area, await answer.json())
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-mentions]")) return
  clearTimeout(timer)
  const letters = word(event.target)
  if (letters) timer = setTimeout(ask, 150, event.target, letters)
  else close(event.target)
})

document.addEventListener("keydown", (event) => {
  const box = event.target.matches?.("[data-mentions]") && list(event.target)
  if (!box) return
  const now = box.querySelector("[aria-selected=true]")
  const act = {
    ArrowDown: () => choose(event.target, now.nextSibling || box.firstChild),
    ArrowUp: () => choose(event.target, now.previousSibling || box.lastChild),
    Enter: () => take(event.target, now),
    Tab: () => take(event.target, now),
    Escape: () => close(event.target),
  }[event.key]
  if (!act || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  act()
}, true)

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-mentions]")) close(event.target)
})
