// Puts what changed into an open thread. New posts go to the end; whoever is below them, writing, stays where they are on the screen.
const add = (posts, post) => {
  post.classList.add("post-fresh")
  posts.append(post)
  const text = document.querySelector("#words").dataset.arrived
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }))
}

const renew = (there, post) => {
  const [old, made] = [there.querySelector(".vote"), post.querySelector(".vote")]
  if (old && made && !old.dataset.busy && old.textContent !== made.textContent) old.replaceWith(made)
  if (there.classList.contains("post-gone") !== post.classList.contains("post-gone")) there.replaceWith(post)
}

document.addEventListener("live", async () => {
  const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null)
  if (!answer?.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), "text/html")
  const posts = document.querySelector("[data-live-posts]")
  const fresh = next.querySelector("[data-live-posts]")
  if (!posts || !fresh) return
  const below = document.querySelector(".thread-reply")
  const top = below?.getBoundingClientRect().top
  for (const post of fresh.querySelectorAll(".post[id]")) {
    const there = posts.querySelector(`.post[id="${CSS.escape(post.id)}"]`)
    if (there) renew(there, post)
    else add(posts, post)
  }
  for (const name of ["[data-live-facts]", ".pages"]) {
    const [old, made] = [document.querySelector(name), next.querySelector(name)]
    if (old && made) old.replaceWith(made)
    else if (made) posts.after(made)
  }
  if (below && top < innerHeight) scrollBy(0, below.getBoundingClientRect().top - top)
  htmx.process(posts)
  document.dispatchEvent(new CustomEvent("htmx:load"))
})
