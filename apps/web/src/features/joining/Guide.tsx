/** One facility on its way: its steps one under the other, the open one with what to do, and everything that was done. */
import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { JOINING_STEPS, type JoiningRow, type JoiningStep, type JoiningsAnswer } from '../../data/contracts.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './joining.module.css'
import { useJoin } from './queries.ts'
import { Reason } from './Reason.tsx'
import { AgreementStep, DecisionStep, Facility, KeyStep, type StepProps, TestsStep } from './steps.tsx'

export const TONE: Record<JoiningRow['state'], Tone> = { joining: 'blue', live: 'green', founded: 'green', withdrawn: 'grey' }

const STEP: Record<JoiningStep, (props: StepProps) => React.ReactNode> = {
  facility: Facility,
  agreement: AgreementStep,
  key: KeyStep,
  tests: TestsStep,
  decision: DecisionStep,
}

function Story({ row }: { row: JoiningRow }) {
  const { t } = useTranslation()
  return (
    <Panel id="joining-story" title={t('joining.story')}>
      <ol className="stack" style={{ margin: 0, paddingLeft: 18 }}>
        {row.story.map((one) => (
          <li key={`${one.at}${one.act}`}>
            <span className="strong">{t(`joining.acts.${one.act}`)}</span> · {one.by}, {when(one.at)}
            {one.words && <div className="soft">{one.words}</div>}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function Leave({ row }: { row: JoiningRow }) {
  const { t } = useTranslation()
  const join = useJoin()
  const [leaving, setLeaving] = useState(false)
  const { code } = row.facility
  if (row.state === 'withdrawn')
    return (
      <div className="stack">
        {join.error && <Failure error={join.error} />}
        <div className="row">
          <Button variant="default" loading={join.isPending} onClick={() => join.mutate({ facility: code, act: 'open' })}>
            {t('joining.again')}
          </Button>
        </div>
      </div>
    )
  if (!leaving)
    return (
      <div className="row">
        <Button variant="subtle" color="red" onClick={() => setLeaving(true)}>
          {t('joining.withdraw')}…
        </Button>
      </div>
    )
  return (
    <Reason
      facility={code}
      act="withdraw"
      label={t('joining.withdrawWhy')}
      hint={t('joining.withdrawHint')}
      confirm={t('joining.withdraw')}
      away
      close={() => setLeaving(false)}
    />
  )
}

const FIRST = 'input, textarea, a[href], button'

export function Guide({ row, card }: { row: JoiningRow; card: JoiningsAnswer['card'] }) {
  const { t } = useTranslation()
  const steps = useRef<HTMLDivElement>(null)
  const before = useRef(row.next)
  // What was sent is gone from the page, and the focus with it: it goes on to what is to be done now.
  useEffect(() => {
    if (before.current === row.next) return
    before.current = row.next
    const { activeElement } = document
    if (activeElement && activeElement !== document.body) return
    steps.current?.querySelector('[aria-current="step"]')?.querySelector<HTMLElement>(FIRST)?.focus()
  }, [row.next])
  return (
    <>
      <Panel
        id="joining-guide"
        flush
        title={`${row.facility.name} (${row.facility.code})`}
        tools={<Badge tone={TONE[row.state]}>{t(`joining.states.${row.state}`)}</Badge>}
      >
        <div ref={steps}>
          {JOINING_STEPS.map((step, i) => {
            const state = row.next === step ? 'open' : row.done.includes(step) ? 'done' : 'later'
            const Body = STEP[step]
            return (
              <section
                key={step}
                className={styles.step}
                data-state={state}
                data-step={step}
                aria-current={state === 'open' ? 'step' : undefined}
              >
                <span className={styles.mark} aria-hidden>
                  {state === 'done' ? '✓' : i + 1}
                </span>
                <h3>
                  {t(`joining.steps.${step}`)}{' '}
                  <span className="soft">
                    {t(state === 'done' ? 'joining.stepDone' : state === 'open' ? 'joining.stepOpen' : 'joining.stepLater')}
                  </span>
                </h3>
                <div className={styles.body}>
                  <Body row={row} card={card} open={state === 'open'} />
                </div>
              </section>
            )
          })}
        </div>
      </Panel>
      <Story row={row} />
      <Leave row={row} />
    </>
  )
}
