// What is wrong with the page that is shown, as sentences. WCAG 2.2: 1.1.1, 1.3.1, 1.4.3, 1.4.10, 2.4.2, 2.5.3, 3.1.1, 3.3.1, 4.1.2.
() => {
  const wrong = [];
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const all = selector => [...document.querySelectorAll(selector)];
  const name = element => `<${element.localName}${element.id ? `#${element.id}` : ''}> "${element.textContent.trim().slice(0, 40)}"`;

  if (!document.documentElement.lang) wrong.push('the page does not say its language');
  if (!document.title.trim()) wrong.push('the page has no title');
  if (all('h1').filter(shown).length !== 1) wrong.push(`${all('h1').length} headings of the first level`);
  if (!document.querySelector('main')) wrong.push('no main landmark');
  if (!document.querySelector('meta[name=viewport]')) wrong.push('no viewport');

  const ids = all('[id]').map(element => element.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) wrong.push(`the id ${id} twice`);
  for (const image of all('img:not([alt])')) wrong.push(`no alternative text: ${image.src}`);
  for (const element of all('a[href], button').filter(shown))
    if (!(element.textContent.trim() || element.getAttribute('aria-label'))) wrong.push(`no name: ${element.outerHTML}`);
  for (const input of all('input:not([type=hidden]), select, textarea').filter(shown)) {
    if (!input.labels?.length && !input.getAttribute('aria-label')) wrong.push(`no label: ${input.name}`);
    if (input.getAttribute('aria-invalid') === 'true' && !input.getAttribute('aria-describedby')?.split(' ').some(id => document.getElementById(id)?.getAttribute('role') === 'alert'))
      wrong.push(`the error is not linked to its field: ${input.name}`);
  }
  for (const element of all('[aria-describedby], [aria-labelledby]'))
    for (const id of `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`.trim().split(/\s+/))
      if (!document.getElementById(id)) wrong.push(`described by ${id}, which is not there`);

  for (const element of all('[style], style, script:not([src])')) wrong.push(`inline style or script: ${element.outerHTML.slice(0, 80)}`);
  for (const element of all('*'))
    for (const attribute of element.attributes)
      if (attribute.name.startsWith('on')) wrong.push(`inline handler ${attribute.name}: ${name(element)}`);

  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) wrong.push(`scrolls sideways by ${over} pixels`);

  const channels = text => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(element) || !shown(element) || element.disabled) continue;
    seen.add(element);
    const [light, dark] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) wrong.push(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
  }
  return { wrong, texts: seen.size };
}
