#!/usr/bin/env node
/** The command line. Each command loads what it needs when it runs, so that help and doctor answer at once. */

import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { report } from './report.ts'
import { chosenLanguage, HELP, inWords } from './text.ts'

const lang = chosenLanguage(process.argv.slice(2))
const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..')
const text = (key: keyof typeof HELP): string => HELP[key][lang]

const dataOption = () =>
  new Option('--data <dir>', text('data')).default(join(CHECKOUT, '.yba'), '.yba').argParser((value) => resolve(value))
const langOption = () => new Option('--lang <vi|en>', text('lang')).choices(['vi', 'en'])
const siteOption = () => new Option('--site <name|file>', text('siteName'))

/** The library writes English; what it writes by itself is said in the asked language. */
const spoken = (line: string): string =>
  line
    .split('\n')
    .map((one) => inWords(one, lang))
    .join('\n')
const program = new Command('yba')
  .description(text('program'))
  .helpOption('-h, --help', text('help'))
  .showHelpAfterError()
  .configureOutput({
    writeOut: (words) => process.stdout.write(spoken(words)),
    writeErr: (words) => process.stderr.write(spoken(words)),
    outputError: (words, write) => write(spoken(words).replace(/^error: |^/, '✖ ')),
  })

function command(parent: Command, name: string, about: keyof typeof HELP): Command {
  return parent.command(name).description(text(about)).helpOption('-h, --help', text('help')).addOption(langOption())
}

command(program, 'start', 'start')
  .addOption(dataOption())
  .option('--port <base>', text('port'), portNumber, 8080)
  .option('--reset', text('reset'), false)
  .option('--yes', text('yes'), false)
  .option('--apart', text('apart'), false)
  .action(async (options) => (await import('./start.ts')).start({ ...options, lang }))

command(program, 'serve', 'serve')
  .requiredOption('--site <file>', text('siteFile'))
  .action(async (options) => (await import('./serve.ts')).serve(resolve(options.site)))

const site = command(program, 'site', 'site')
command(site, 'stop <name>', 'siteStop')
  .addOption(dataOption())
  .action(async (name, options) => (await import('./site.ts')).switchSite(options.data, name, 'stop', lang))
command(site, 'start <name>', 'siteStart')
  .addOption(dataOption())
  .action(async (name, options) => (await import('./site.ts')).switchSite(options.data, name, 'start', lang))
command(site, 'list', 'siteList')
  .addOption(dataOption())
  .action(async (options) => (await import('./site.ts')).listSites(options.data, lang))

command(site, 'export <name|file>', 'siteExport')
  .addOption(dataOption())
  .requiredOption('--to <dir>', text('exportTo'), (value) => resolve(value))
  .action(async (name, options) => (await import('./move.ts')).exportCommand(name, { ...options, lang }))
command(site, 'import <dir>', 'siteImport')
  .requiredOption('--site <file>', text('siteFile'), (value) => resolve(value))
  .option('--key <key>', text('transferKey'))
  .action(async (from, options) => (await import('./move.ts')).importCommand(resolve(from), { ...options, lang }))

command(program, 'migrate', 'migrate')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .action(async (options) => (await import('./maintenance.ts')).migrate(options.data, options.site))

command(program, 'seed', 'seed')
  .addOption(dataOption())
  .addOption(new Option('--site <name>', text('allSites')))
  .action(async (options) => (await import('./maintenance.ts')).seed(options.data, options.site))

const user = command(program, 'user', 'user')
command(user, 'add <login>', 'userAdd')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .requiredOption('--name <name>', text('name'))
  .requiredOption('--role <role>', text('role'))
  .option('--departments <codes>', text('departments'))
  .option('--licence <number>', text('licence'))
  .option('--title <title>', text('title'))
  .action(async (login, options) => (await import('./users.ts')).addUserCommand(login, options))
for (const [name, about] of [
  ['reset', 'userReset'],
  ['lock', 'userLock'],
  ['unlock', 'userUnlock'],
] as const) {
  command(user, `${name} <login>`, about)
    .addOption(dataOption())
    .addOption(siteOption().makeOptionMandatory())
    .action(async (login, options) => (await import('./users.ts')).changeUser(name, login, options))
}
command(user, 'list', 'userList')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .action(async (options) => (await import('./users.ts')).listUsersCommand(options))

const machine = command(program, 'program', 'machine')
command(machine, 'add <id>', 'machineAdd')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .requiredOption('--name <name>', text('machineName'))
  .option('--client', text('machineClient'))
  .action(async (id, options) => (await import('./programs.ts')).addProgramCommand(id, options))
command(machine, 'stop <id>', 'machineStop')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .action(async (id, options) => (await import('./programs.ts')).stopProgramCommand(id, options))
command(machine, 'list', 'machineList')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .action(async (options) => (await import('./programs.ts')).listProgramsCommand(options))

const keys = command(program, 'keys', 'keys')
command(keys, 'list', 'keysList')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .action(async (options) => (await import('./keys.ts')).listKeys(options.data, options.site, lang))
command(keys, 'rotate <key>', 'keysRotate')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .action(async (key, options) => (await import('./keys.ts')).rotateKey(options.data, options.site, key, lang))
command(keys, 'accept <file>', 'keysAccept')
  .addOption(dataOption())
  .addOption(siteOption().default('hub'))
  .requiredOption('--facility <code>', text('facilityCode'))
  .action(async (file, options) => (await import('./keys.ts')).acceptKey(options.data, options.site, resolve(file), options.facility, lang))

const authority = command(program, 'authority', 'authority')
command(authority, 'serve', 'authorityServe')
  .addOption(dataOption())
  .requiredOption('--port <port>', text('authorityPort'), portNumber)
  .action(async (options) => (await import('./authority.ts')).serveAuthority(options.data, options.port))
command(authority, 'list', 'authorityList')
  .addOption(dataOption())
  .action(async (options) => (await import('./authority.ts')).listCertificates(options.data, lang))
command(authority, 'revoke <serial>', 'authorityRevoke')
  .addOption(dataOption())
  .action(async (serial, options) => (await import('./authority.ts')).revokeCertificate(options.data, serial, lang))
command(authority, 'switch <service> <mode>', 'authoritySwitch')
  .addOption(dataOption())
  .option('--seconds <n>', text('authoritySeconds'), Number)
  .option('--how <way>', text('authorityHow'))
  .action(async (service, mode, options) =>
    (await import('./authority.ts')).switchService(options.data, service, { mode, ...options }, lang),
  )

const claim = command(program, 'claim', 'claim')
command(claim, 'import <file>', 'claimImport')
  .addOption(dataOption())
  .addOption(siteOption().default('bac-giang'))
  .option('--json', text('json'), false)
  .action(async (file, options) => (await import('./claim.ts')).importClaimFile(resolve(file), { ...options, lang }))

command(program, 'conformance', 'conformance')
  .requiredOption('--claims <dir>', text('conformanceClaims'), (value) => resolve(value))
  .option('--out <file>', text('conformanceOut'), (value) => resolve(value))
  .addOption(new Option('--format <html|md|json>', text('conformanceFormat')).choices(['html', 'md', 'json']))
  .action(async (options) => (await import('./conformance.ts')).conformance({ ...options, lang }))

command(program, 'journey', 'journey')
  .requiredOption('--claim <file>', text('claimFile'))
  .option('--json', text('json'), false)
  .option('--data <dir>', text('data'))
  .option('--keep', text('keep'), false)
  .action(async (options) => (await import('./journey.ts')).journey({ ...options, lang }))

const demo = command(program, 'demo', 'demo')
command(demo, 'his', 'demoHis')
  .addOption(dataOption())
  .addOption(siteOption().default('bach-mai'))
  .option('--folder <dir>', text('demoFolder'))
  .option('--seed <n>', text('demoSeed'), Number, 7)
  .option('--pace <ms>', text('demoPace'), Number, 200)
  .action(async (options) => (await import('./demo.ts')).demoHis({ ...options, lang }))

command(demo, 'claims', 'demoClaims')
  .requiredOption('--out <dir>', text('demoOut'), (value) => resolve(value))
  .action(async (options) => (await import('./demo-claims.ts')).demoClaims({ ...options, lang }))

const directory = command(program, 'directory', 'directory')
command(directory, 'import <file>', 'directoryImport')
  .addOption(dataOption())
  .addOption(siteOption().default('hub'))
  .addOption(new Option('--kind <kind>', text('listKind')).choices(['facilities', 'departments', 'practitioners']).default('facilities'))
  .option('--list <name>', text('listName'))
  .option('--source <text>', text('listSource'))
  .addOption(new Option('--from <day>', text('listFrom')).default('', '-'))
  .option('--dry-run', text('dryRun'), false)
  .option('--json', text('json'), false)
  .action(async (file, options) => (await import('./directory.ts')).importDirectoryFile(resolve(file), { ...options, lang }))
command(directory, 'show', 'directoryShow')
  .addOption(dataOption())
  .addOption(siteOption().default('hub'))
  .action(async (options) => (await import('./directory.ts')).showDirectory(options))

const catalogue = command(program, 'catalogue', 'catalogue')
command(catalogue, 'import <files...>', 'catalogueImport')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .option('--system <url>', text('catalogueSystem'))
  .option('--version <text>', text('catalogueVersion'))
  .option('--title <text>', text('catalogueTitle'))
  .option('--from <day>', text('catalogueFrom'))
  .option('--until <day>', text('catalogueUntil'))
  .option('--dry-run', text('dryRun'), false)
  .option('--json', text('json'), false)
  .action(async (files, options) => (await import('./catalogue.ts')).importCataloguesCommand(files, { ...options, lang }))
command(catalogue, 'list', 'catalogueList')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .option('--json', text('json'), false)
  .action(async (options) => (await import('./catalogue.ts')).listCatalogues({ ...options, lang }))
command(catalogue, 'diff <list>', 'catalogueDiff')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .option('--before <version>', text('catalogueBefore'))
  .option('--after <version>', text('catalogueAfter'))
  .option('--json', text('json'), false)
  .action(async (list, options) => (await import('./catalogue.ts')).diffCatalogues(list, { ...options, lang }))

const joining = command(program, 'join', 'join')
command(joining, 'request', 'joinRequest')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .option('--card <file>', text('joinCard'), (value) => resolve(value))
  .option('--out <file>', text('joinOut'), (value) => resolve(value))
  .action(async (options) => (await import('./join.ts')).joinRequest({ ...options, lang }))
command(joining, 'test', 'joinTest')
  .addOption(dataOption())
  .addOption(siteOption().makeOptionMandatory())
  .action(async (options) => (await import('./join.ts')).joinTest({ ...options, lang }))

const exchange = command(program, 'exchange', 'exchange')
command(exchange, 'reconcile', 'reconcile')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .option('--again', text('reconcileAgain'), false)
  .option('--json', text('json'), false)
  .action(async (options) =>
    (await import('./exchange.ts')).reconcile(options.data, options.site, { json: options.json, again: options.again, lang }),
  )

const store = command(program, 'store', 'store')
command(store, 'check', 'storeCheck')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .option('--repair', text('storeRepair'), false)
  .option('--json', text('json'), false)
  .action(async (options) => (await import('./store.ts')).checkStore({ ...options, lang }))
command(store, 'reindex', 'storeReindex')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .option('--json', text('json'), false)
  .action(async (options) => (await import('./store.ts')).reindexStore({ ...options, lang }))

const audit = command(program, 'audit', 'audit')
command(audit, 'verify', 'auditVerify')
  .addOption(dataOption())
  .addOption(new Option('--site <name|file>', text('allSites')))
  .option('--json', text('json'), false)
  .action(async (options) => (await import('./maintenance.ts')).verifyAudit(options.data, options.site, { json: options.json, lang }))

const backup = command(program, 'backup', 'backup')
  .addOption(dataOption())
  .option('--to <dir>', text('backupTo'), (value) => resolve(value))
  .addOption(new Option('--site <name|file>', text('backupSite')))
  .option('--quick', text('backupQuick'), false)
  .option('--json', text('json'), false)
  .action(async (options) => {
    if (!options.to) return backup.help({ error: true })
    const commands = await import('./backup.ts')
    await (options.site ? commands.backupSiteCommand({ ...options, lang }) : commands.backupCommand({ ...options, lang }))
  })
command(backup, 'server', 'backupServer')
  .requiredOption('--to <dir>', text('backupTo'), (value) => resolve(value))
  .option('--server <url>', text('serverUrl'))
  .action(async (_options, own) => (await import('./backup.ts')).copyServerCommand({ ...own.optsWithGlobals(), lang }))
command(backup, 'follow', 'backupFollow')
  .requiredOption('--to <dir>', text('logFolder'), (value) => resolve(value))
  .option('--server <url>', text('serverUrl'))
  .option('--slot <name>', text('slot'), 'yba_follow')
  .action(async (_options, own) => (await import('./backup.ts')).followCommand({ ...own.optsWithGlobals(), lang }))
command(backup, 'drill', 'backupDrill')
  .requiredOption('--from <dir>', text('backupFrom'), (value) => resolve(value))
  .option('--scratch <dir>', text('scratch'), (value) => resolve(value))
  .option('--key <key>', text('transferKey'))
  .option('--json', text('json'), false)
  .action(async (_options, own) => (await import('./backup.ts')).drillCommand(own.optsWithGlobals()))
command(program, 'restore', 'restore')
  .requiredOption('--from <dir>', text('backupFrom'), (value) => resolve(value))
  .option('--data <dir>', text('newData'), (value) => resolve(value))
  .option('--site <file>', text('newSite'), (value) => resolve(value))
  .option('--of <file>', text('oldSite'), (value) => resolve(value))
  .option('--log <dir>', text('logFolder'), (value) => resolve(value))
  .option('--to-time <iso>', text('toTime'))
  .option('--json', text('json'), false)
  .action(async (options) => {
    const commands = await import('./backup.ts')
    if (options.site) return await commands.restoreSiteCommand({ ...options, lang })
    if (!options.data) return program.help({ error: true })
    await commands.restoreCommand({ ...options, lang })
  })

command(program, 'doctor', 'doctor')
  .addOption(dataOption())
  .option('--port <base>', text('port'), portNumber, 8080)
  .option('--json', text('json'), false)
  .action(async (options) => (await import('./doctor.ts')).doctor({ ...options, lang }))

function portNumber(value: string): number {
  const port = Number(value)
  if (Number.isInteger(port) && port > 0 && port <= 65_526) return port
  console.error(
    lang === 'vi' ? `✖ Cổng "${value}" không hợp lệ: dùng số từ 1 đến 65526.` : `✖ "${value}" is no port: use a number from 1 to 65526.`,
  )
  process.exit(1)
}

try {
  await program.parseAsync()
} catch (error) {
  report(error, lang)
  process.exitCode = 1
  // A command that failed half-way may leave a timer or a pool; nothing of it is worth waiting for.
  setTimeout(() => process.exit(1), 500).unref()
}
