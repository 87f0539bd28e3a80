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

const typed = ['DD/MM/YYYY', 'D/M/YYYY', 'DDMMYYYY', 'D-M-YYYY', 'YYYY-MM-DD'];
dayjs.extend(customParseFormat);
const read = (text: string) => typed.map((format) => dayjs(text, format, true)).find((day) => day.isValid());
const touch = window.matchMedia('(pointer: coarse)').matches;

interface ClockProps {
  label: string;
  hint: string;
  year: number;
  day: Day;
  latest?: Day;
  presets: { day: Day; text: string }[];
  choose: (day: Day) => void;
}

function Clock({ label, hint, year, day, latest, presets, choose: go }: ClockProps) {
  const { t } = useTranslation();
  const id = useId();
  const [first, last] = [dayjs(firstDay), dayjs(latest ?? lastDay)];
  const [wrong, setWrong] = useState<string | null>(null);
  const [shown, setShown] = useState(day);
  if (shown !== day) {
    setShown(day);
    setWrong(null);
  }
  const choose = (chosen: Day): void => {
    setWrong(null);
    go(chosen);
  };
  /**
   * What is typed and is no day that can be asked for is dropped by the field: it shall not pass for the day that
   * stays. A day that only the field does not know is taken: a space slips in from where it was copied, and without a
   * year the plan's is meant.
   */
  const check = ({ target }: SyntheticEvent): void => {
    if (!(target instanceof HTMLInputElement)) return;
    const text = target.value.trim();
    const meant = read(/^\d{1,2}\/\d{1,2}$/.test(text) ? `${text}/${year}` : text);
    const known = meant && !meant.isBefore(first, 'day') && !meant.isAfter(last, 'day');
    setWrong(text === '' || known ? null : text);
    if (known && !read(target.value)) choose(meant.format('YYYY-MM-DD'));
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
          year={year}
          label={t('clocks.on')}
          hint={t('clocks.onHint')}
          day={on}
          presets={[...days, { day: today, text: t('clocks.now') }]}
          choose={(day) => go({ on: day === today ? null : day })}
        />
        <Clock
          year={year}
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
