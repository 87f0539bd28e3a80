// The icons of the library carry English names for readers of the screen; these are silent beside their labels.
const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' } as const;

export const calendarIcon = (
  <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path {...stroke} d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3" />
  </svg>
);

export const caretIcon = (
  <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
    <path {...stroke} d="M4 6l4 4 4-4" />
  </svg>
);
