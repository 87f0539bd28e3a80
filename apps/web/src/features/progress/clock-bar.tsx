import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import 'dayjs/locale/vi';
import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { dayText, firstDay, lastDay, shortDayText, type Day } from '../../days';
import { useAddress, useChange } from './address';
import { cutOffs, reportDay } from './cut-offs';
import styles from './clock-bar.module.css';

const typed = ['DD/MM/YYYY', 'D/M/YYYY', 'D/M', 'DDMMYYYY', 'D-M-YYYY', 'YYYY-MM-DD'];
dayjs.extend(customParseFormat);
const touch = window.matchMedia('(pointer: coarse)').matches;

interface ClockProps {
  label: string;
  hint: string;
  day: Day;
  latest?: Day;
  presets: { day: Day; text: string }[];
  choose: (day: Day) => void;
}

function Clock({ label, hint, day, latest, presets, choose }: ClockProps) {
  const { t } = useTranslation();
  const id = useId();
  const [first, last] = [dayjs(firstDay), dayjs(latest ?? lastDay)];
  const [wrong, setWrong] = useState<string | null>(null);
  /** What is typed and is no day that can be asked for is dropped by the field: it shall not pass for the day that stays. */
  const check = ({ target }: SyntheticEvent): void => {
    if (!(target instanceof HTMLInputElement)) return;
    const text = target.value.trim();
    const meant = typed.map((format) => dayjs(text, format, true)).find((one) => one.isValid());
    setWrong(text === '' || (meant && !meant.isBefore(first, 'day') && !meant.isAfter(last, 'day')) ? null : text);
  };
  return (
    <div className={styles.clock} role="group" aria-labelledby={`${id}-label`}>
      <label className={styles.label} id={`${id}-label`} htmlFor={id} title={hint}>
        {label}
      </label>
      <DatePicker
        id={id}
        className={styles.picker}
        value={dayjs(day)}
        format={typed}
        allowClear={false}
        inputReadOnly={touch}
        minDate={first}
        maxDate={last}
        onChange={(chosen) => chosen && choose(chosen.format('YYYY-MM-DD'))}
        onBlur={(event) => check(event)}
        onKeyDown={(event) => event.key === 'Enter' && check(event)}
        {...(wrong === null ? {} : { status: 'error' as const, 'aria-describedby': `${id}-wrong` })}
      />
      {wrong !== null && (
        <p id={`${id}-wrong`} className={styles.wrong} role="alert">
          {t('clocks.wrong', { text: wrong, day: dayText(day) })}
        </p>
      )}
      <div className={styles.presets}>
        {presets.map((preset) => (
          <button
            key={preset.text}
            type="button"
            className={styles.preset}
            aria-pressed={preset.day === day}
            onClick={() => choose(preset.day)}
          >
            {preset.text}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Both clocks of a question: the day it is about, and the day up to which the log is read. */
export function ClockBar({ year }: { year: number }) {
  const { t } = useTranslation();
  const go = useChange();
  const { on, recorded, today } = useAddress();
  const [open, setOpen] = useState(false);
  const id = useId();

  const days = cutOffs(year).map((day) => ({ day, text: shortDayText(day) }));
  const reported = reportDay(on);
  const recordedPresets = [{ day: today, text: t('clocks.now') }];
  if (reported && reported < today)
    recordedPresets.push({ day: reported, text: t('clocks.asReported', { day: shortDayText(reported) }) });
  else if (on < today) recordedPresets.push({ day: on, text: t('clocks.sameDay', { day: shortDayText(on) }) });

  return (
    <section className={styles.bar} aria-label={t('clocks.title')}>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span>
          {recorded === today
            ? t('clocks.summaryNow', { on: dayText(on) })
            : t('clocks.summary', { on: dayText(on), recorded: dayText(recorded) })}
        </span>
        <span className={styles.change}>{open ? t('clocks.close') : t('clocks.change')}</span>
      </button>
      <div id={id} className={open ? styles.open : styles.panel}>
        <Clock
          label={t('clocks.on')}
          hint={t('clocks.onHint')}
          day={on}
          presets={[...days, { day: today, text: t('clocks.now') }]}
          choose={(day) => go({ on: day === today ? null : day })}
        />
        <Clock
          label={t('clocks.recorded')}
          hint={t('clocks.recordedHint')}
          day={recorded}
          latest={today}
          presets={recordedPresets}
          choose={(day) => go({ recorded: day === today ? null : day })}
        />
      </div>
    </section>
  );
}
