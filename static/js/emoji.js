// A small curated set of faces, in a panel that belongs to the composer.
const faces = "😀 😄 🙂 😉 😊 😍 🤔 😅 😂 😕 😢 😮 😴 🙃 😎 🥳 👍 👎 👏 🙌 🙏 💪 👋 👀 ❤️ 💡 ✅ ❌ ⚠️ ❓ ❗ ⭐ 🔥 🎉 🚀 🐛 🔧 📎 📌 📝 📈 📉 🔒 ⏳ 💬 🏁 ☕ 🌍".split(" ")

const close = (button) => {
  button.parentNode.querySelector(".emoji")?.remove()
  button.setAttribute("aria-expanded", "false")
}

const show = (button) => {
  const panel = document.createElement("div")
  panel.className = "emoji menu-panel"
  panel.append(...faces.map((face) => {
    const pick = document.createElement("button")
    pick.type = "button"
    pick.textContent = pick.dataset.face = face
    return pick
  }))
  button.after(panel)
  button.setAttribute("aria-expanded", "true")
  panel.firstChild.focus()
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-emoji]")
  const pick = event.target.closest("[data-face]")
  if (pick) {
    const area = pick.form.querySelector("textarea")
    area.dispatchEvent(new CustomEvent("compose", { bubbles: true, detail: { text: pick.dataset.face } }))
  }
  for (const button of document.querySelectorAll("[data-emoji][aria-expanded=true]")) {
    if (button !== opener) close(button)
  }
  if (opener) opener.getAttribute("aria-expanded") === "true" ? close(opener) : show(opener)
})

document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest(".emoji")
  if (!panel) return
  const button = panel.previousElementSibling
  close(button)
  button.focus()
})
