import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Our green. Shade 8 carries white text at 5.4 : 1. */
const leaf: MantineColorsTuple = [
  '#e9f9f2',
  '#d3f1e4',
  '#a8e3ca',
  '#78d3ae',
  '#4fc595',
  '#2bb582',
  '#169c6d',
  '#0e8a60',
  '#0a7a58',
  '#06583f',
]

const small = { defaultProps: { size: 'xs' } } as const

/** Density and contrast in one place: 13 px text, 28 px rows, darker shades so that axe finds nothing. */
export const theme = createTheme({
  colors: { leaf },
  primaryColor: 'leaf',
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.3,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  defaultRadius: 4,
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: '650' },
  components: {
    Button: small,
    TextInput: small,
    Textarea: small,
    NativeSelect: small,
    PasswordInput: small,
    // Open from the start its list would cover the buttons; the first letter or an arrow opens it.
    Select: { defaultProps: { size: 'xs', openOnFocus: false } },
    Notification: { styles: { description: { color: '#55606e' }, title: { fontWeight: 600 } } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 0 }, overlayProps: { backgroundOpacity: 0.35 } },
      styles: { title: { fontSize: '15px', fontWeight: 650, overflowWrap: 'anywhere' } },
    },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, transitionProps: { duration: 0 } } },
  },
})

/** Mantine's own greys and red are too pale on white for small text (WCAG 1.4.3). */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#55606e', '--mantine-color-error': '#b42318', '--mantine-color-placeholder': '#6a7481' },
  dark: {},
})
