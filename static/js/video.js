// A video of another site: nothing is asked of that site before somebody presses play.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-video]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const frame = document.createElement("iframe")
  Object.assign(frame, { src: link.dataset.video, title: link.textContent, allowFullscreen: true, className: "video-frame" })
  frame.referrerPolicy = "strict-origin-when-cross-origin"
  link.replaceWith(frame)
  frame.focus()
})
