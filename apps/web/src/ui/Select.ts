/** The list to choose from with its own look: without it the option the keys are on is not to be seen. */
import '@mantine/core/styles/Combobox.css'

export { Select } from '@mantine/core'
