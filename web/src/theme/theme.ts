import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Pine: the shutters of the house. */
const pine: MantineColorsTuple = [
  '#eff6f3',
  '#dcebe5',
  '#b8d6cb',
  '#8fbeae',
  '#6dab97',
  '#4f9882',
  '#2f7d68',
  '#1d5c50',
  '#164a41',
  '#0f3831',
]

/** Brass: the key. It marks what has to do with visits. */
const brass: MantineColorsTuple = [
  '#fdf6e7',
  '#f8e8c8',
  '#f0d193',
  '#e7b85c',
  '#dfa332',
  '#c88a1d',
  '#a87113',
  '#8a5b0a',
  '#6e4808',
  '#4f3406',
]

/** Clay: what cannot be undone, and what failed. */
const clay: MantineColorsTuple = [
  '#fdf1ec',
  '#f9ddd3',
  '#f1b9a5',
  '#e99577',
  '#e27a56',
  '#d0603a',
  '#ba4a25',
  '#a33a17',
  '#842d11',
  '#5f200c',
]

/** Paper: warm greys. */
const gray: MantineColorsTuple = [
  '#faf9f6',
  '#f4f2ec',
  '#e8e5dc',
  '#d9d5ca',
  '#bfbaae',
  '#99948a',
  '#6f6b62',
  '#57534b',
  '#3a3731',
  '#22211d',
]

const dark: MantineColorsTuple = [
  '#dcdfd9',
  '#bcc2bb',
  '#a0a8a1',
  '#6f7871',
  '#3d4641',
  '#303834',
  '#262d2a',
  '#1c2220',
  '#151a18',
  '#0f1311',
]

/** What the headings are set in: a book face where the system has a good one. */
const bookFace =
  'ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, serif'
const plainFace = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

const dialogTitle = { fontFamily: bookFace, fontWeight: 600, fontSize: '1.15rem', lineHeight: 1.3 }

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  colors: { pine, brass, clay, red: clay, green: pine, yellow: brass, orange: brass, gray, dark },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '11px', xl: '18px' },
  fontFamily: plainFace,
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, monospace',
  headings: {
    fontFamily: bookFace,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.1875rem', lineHeight: '1.3' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  shadows: {
    xs: '0 1px 2px rgb(40 34 20 / 0.06)',
    sm: '0 1px 3px rgb(40 34 20 / 0.09)',
    md: '0 4px 14px rgb(40 34 20 / 0.11)',
    lg: '0 10px 30px rgb(40 34 20 / 0.15)',
    xl: '0 20px 50px rgb(40 34 20 / 0.18)',
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: false, yOffset: '6vh', overlayProps: { backgroundOpacity: 0.45 } },
      styles: { title: dialogTitle },
    },
    Drawer: { styles: { title: dialogTitle } },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', withInitialFocusPlaceholder: false } },
    TextInput: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
  },
})

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': gray[9],
    '--mantine-color-dimmed': '#67635a',
    '--mantine-color-placeholder': '#737067',
    '--mantine-color-error': clay[7],
    '--mantine-color-default-border': gray[3],
    '--ik-ground': '#f7f5ef',
    '--ik-line': '#e6e2d8',
    '--ik-quiet-ground': '#faf9f5',
    '--ik-hover': '#f3f0e8',
    '--ik-active': pine[1],
    '--ik-good': '#1d6b52',
    '--ik-warn': '#7d5208',
    '--ik-bad': '#a0350f',
    '--ik-visit-ground': '#fdf4df',
    '--ik-visit-line': '#e2bd6d',
  },
  dark: {
    '--mantine-color-body': '#1c2220',
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': '#a3aca5',
    '--mantine-color-placeholder': '#939d96',
    '--mantine-color-error': clay[3],
    '--mantine-color-default-border': dark[4],
    '--ik-ground': '#141917',
    '--ik-line': '#2f3733',
    '--ik-quiet-ground': '#191f1c',
    '--ik-hover': '#262d2a',
    '--ik-active': '#21382f',
    '--ik-good': '#7fc4ad',
    '--ik-warn': '#e7bd68',
    '--ik-bad': '#ee9d80',
    '--ik-visit-ground': '#2d2512',
    '--ik-visit-line': '#6f5520',
  },
})
