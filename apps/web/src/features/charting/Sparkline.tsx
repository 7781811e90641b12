import styles from './chart.module.css'

const WIDTH = 92
const HEIGHT = 20
const PAD = 3

/** A small line of a measured thing over time; the last point is marked. Two values at least. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length < 2) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (index: number): number => PAD + (index * (WIDTH - 2 * PAD)) / (values.length - 1)
  const y = (value: number): number => (high === low ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) * (HEIGHT - 2 * PAD)) / (high - low))
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  const last = points.at(-1)?.split(',') ?? []
  return (
    <svg className={styles.spark} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polyline points={points.join(' ')} fill="none" stroke="#0a7a58" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={last[0]} cy={last[1]} r="2.5" fill="#0a7a58" />
    </svg>
  )
}
