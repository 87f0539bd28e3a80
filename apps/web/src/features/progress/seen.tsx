import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Draws its content once it has come near the view, and keeps it. */
export function Seen({ className, children }: { className: string | undefined; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || seen) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
      rootMargin: '300px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [seen]);
  return (
    <div ref={box} className={className} data-seen={seen}>
      {seen && children}
    </div>
  );
}
