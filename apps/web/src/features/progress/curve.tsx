import { useQueries } from '@tanstack/react-query';
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { dayText, monthEnds, shortDayText } from '../../days';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { useAddress } from './address';
import styles from './curve.module.css';

register([LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Point {
  day: string;
  planned: number;
  /** Null for days that have not come. */
  completed: number | null;
  carriedOut: number | null;
}

/** How the year went, month by month, against the line of the original due dates. */
export function Curve({ plan, year }: { plan: string; year: number }) {
  const { t } = useTranslation();
  const { on, recorded, today } = useAddress();
  const last = on < today ? on : today;
  const days = [...new Set([...monthEnds(year), last])].filter((day) => day.startsWith(String(year))).sort();
  const answers = useQueries({
    queries: days.map((day) => ({
      queryKey: ['progress', plan, day, recorded],
      queryFn: ({ signal }: { signal: AbortSignal }) => server.progress(plan, { on: day, recorded }, signal),
      staleTime: 5 * 60_000,
    })),
  });
  const failed = answers.find(({ isError }) => isError);
  const points = answers.flatMap(({ data }, index): Point[] => {
    const day = days[index];
    if (!data || !day) return [];
    const past = day <= last;
    return [
      {
        day,
        planned: data.planned,
        completed: past ? data.completed.numerator : null,
        carriedOut: past ? data.carriedOut.numerator : null,
      },
    ];
  });
  const base = answers.reduce((most, { data }) => Math.max(most, data?.completed.denominator ?? 0), 0);
  return (
    <section className={styles.sheet} aria-labelledby="curve">
      <h2 id="curve" className={styles.title}>
        {t('curve.title')}
      </h2>
      {failed ? (
        <Failure
          error={failed.error}
          again={() => answers.forEach((answer) => answer.isError && void answer.refetch())}
        />
      ) : points.length < days.length ? (
        <Loading />
      ) : (
        <>
          <Lines points={points} base={base} year={year} />
          <details className={styles.details}>
            <summary>{t('curve.asTable')}</summary>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('curve.day')}</th>
                  <th scope="col">{t('figures.completed')}</th>
                  <th scope="col">{t('figures.carriedOut')}</th>
                  <th scope="col">{t('curve.planned')}</th>
                </tr>
              </thead>
              <tbody>
                {points.map(({ day, completed, carriedOut, planned }) => (
                  <tr key={day}>
                    <th scope="row">{dayText(day)}</th>
                    <td>{completed ?? '–'}</td>
                    <td>{carriedOut ?? '–'}</td>
                    <td>{planned}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}

function Lines({ points, base, year }: { points: Point[]; base: number; year: number }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const key = JSON.stringify(points);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = init(element, null, { renderer: 'svg' });
    const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
    const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);
    const months = monthEnds(year).map((day) => at(day));
    const told = (items: unknown): string => {
      const shown = items as { seriesName: string; value: [number, number] }[];
      const first = shown[0];
      if (!first) return '';
      return [
        dayText(dayOf(first.value[0])),
        ...shown.map(({ seriesName, value }) => `${seriesName}: ${value[1]}`),
      ].join('\n');
    };
    const line = (name: string, color: string, value: (point: Point) => number | null, dashed = false) => ({
      type: 'line' as const,
      name,
      data: points.flatMap((point) => {
        const height = value(point);
        return height === null ? [] : [[at(point.day), height]];
      }),
      color,
      symbol: dashed ? 'none' : 'circle',
      symbolSize: 7,
      lineStyle: { width: 2.5, type: dashed ? ('dashed' as const) : ('solid' as const) },
    });
    const drawn = {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(element).fontFamily, fontSize: 14, color: '#17212e' },
      grid: { left: 8, right: 16, top: 44, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, itemGap: 20, textStyle: { fontSize: 14, color: '#17212e' } },
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        confine: true,
        axisPointer: { label: { show: false } },
        formatter: told,
      },
      xAxis: {
        type: 'value',
        min: at(`${year}-01-01`),
        max: at(`${year}-12-31`),
        splitLine: { show: false },
        axisTick: { show: true, customValues: months },
        axisLabel: {
          color: '#4a5666',
          fontSize: 13,
          hideOverlap: true,
          customValues: months,
          formatter: (moment: number) => shortDayText(dayOf(moment)),
        },
      },
      yAxis: { type: 'value', min: 0, max: base, minInterval: 1, axisLabel: { color: '#4a5666', fontSize: 13 } },
      series: [
        line(t('figures.carriedOut'), '#5aa897', ({ carriedOut }) => carriedOut),
        line(t('figures.completed'), '#15695a', ({ completed }) => completed),
        line(t('curve.planned'), '#17212e', ({ planned }) => planned, true),
      ],
    };
    chart.setOption({
      baseOption: drawn,
      // On a phone the names of the lines take more lines than one.
      media: [
        { query: { minWidth: 490 }, option: { grid: { top: 44 } } },
        { query: { minWidth: 290, maxWidth: 489 }, option: { grid: { top: 78 } } },
        { query: { maxWidth: 289 }, option: { grid: { top: 112 } } },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
    // The points are compared by what they say.
  }, [key, base, year, t]);
  return <div ref={box} className={styles.chart} role="img" aria-label={t('curve.title')} />;
}
