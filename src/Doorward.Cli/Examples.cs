using System.CommandLine;

namespace Doorward.Cli;

/// <summary>How commands are used, as help shows it. A test parses every one.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByCommand = new(StringComparer.Ordinal)
    {
        [""] = ["up --demo", "protect http://127.0.0.1:9000 --name wiki --group staff", "decision explain last"],
        ["up"] = ["up", "up --demo", "up --data /var/lib/doorward --listen 192.0.2.10:443 --domain apps.example.com"],
        ["control-plane"] = ["control-plane --config /etc/doorward/control.json"],
        ["gateway join-token"] = ["gateway join-token edge-1 > join-token"],
        ["gateway list"] = ["gateway list"],
        ["gateway revoke"] = ["gateway revoke edge-1"],
        ["settings show"] = ["settings show"],
        ["settings set"] = ["settings set --idle-timeout 8h --absolute-timeout 2d", "settings set --time-zone Europe/Zurich"],
        ["key list"] = ["key list"],
        ["key rotate"] = ["key rotate cookie --reason \"an operator left\""],
        ["certificate list"] = ["certificate list"],
        ["bench revoke"] = ["bench revoke --sessions 100 --connections 100"],
        ["apply"] = ["apply -f site/ --dry-run", "apply -f site/ --prune", "apply -f - < wiki.yaml"],
        ["get"] = ["get applications", "get applications --search wiki", "get user alice -o json", "get policies -o yaml > policies.yaml"],
        ["delete"] = ["delete application wiki", "delete group staff --force", "delete user alice --reason \"left the company\""],
        ["protect"] = ["protect http://127.0.0.1:9000 --name wiki --group staff > wiki.yaml", "protect http://127.0.0.1:9100 --name wiki --group staff --replace > wiki.yaml"],
        ["application test"] = ["application test wiki", "application test http://127.0.0.1:9000"],
        ["application health"] = ["application health", "application health wiki"],
        ["user list"] = ["user list --search ali", "user list --service"],
        ["user show"] = ["user show alice"],
        ["user add"] = ["user add alice --email alice@example.com", "user add alice --password-stdin --totp-secret-file totp.secret < password", "user add ci --service"],
        ["user remove-credentials"] = ["user remove-credentials alice"],
        ["user set"] = ["user set alice --email alice@example.com --display-name \"Alice A.\""],
        ["user disable"] = ["user disable alice --reason \"on leave\""],
        ["user enable"] = ["user enable alice"],
        ["user invite"] = ["user invite alice"],
        ["session list"] = ["session list", "session list --ended"],
        ["session show"] = ["session show ses_82dqyyqavwzt92s18bwt"],
        ["session revoke"] = ["session revoke --user alice --reason \"lost laptop\"", "session revoke ses_82dqyyqavwzt92s18bwt --reason \"lost laptop\" --note \"ticket 4711\"", "session revoke --all"],
        ["grant list"] = ["grant list", "grant list --user alice --search websocket"],
        ["grant cut"] = ["grant cut --user alice --application wiki", "grant cut grn_4sh0xqg5tz4q9b1m6ycd grn_7m2k9vwx3fjt5r8n0hqe --reason \"too much at once\""],
        ["decision list"] = ["decision list --limit 10", "decision list --user alice --decision deny", "decision list --decision none --cause upstream-down --from 2030-01-31T22:00Z"],
        ["decision explain"] = ["decision explain last", "decision explain dec_nd24nbrg169btt8hrnny", "decision explain ref_bv35p5zrnvg5hm72tfcg"],
        ["token create"] = ["token create --user ci --application wiki --days 90 --name nightly > token"],
        ["token list"] = ["token list"],
        ["token revoke"] = ["token revoke tok_ymtyqvxacdc0awjjahpw"],
        ["policy check"] = ["policy check site/policies.yaml"],
        ["policy schema"] = ["policy schema", "policy schema --syntax json"],
        ["policy simulate"] = ["policy simulate site/policies.yaml", "policy simulate site/ --prune --limit 10000"],
        ["policy test"] = ["policy test", "policy test -f site/ --prune", "policy test expectations.yaml"],
        ["policy format"] = ["policy format wiki.cedar"],
        ["policy can"] = ["policy can alice wiki", "policy can alice wiki --action write --assurance 3", "policy can alice wiki --network office --sign-in-age 2h --at 2030-01-31T22:15+01:00", "policy can alice wiki --methods hwk --hour 3 --weekday 7", "policy can anonymous wiki --path /health"],
        ["policy list"] = ["policy list", "policy list --search wiki"],
        ["policy history"] = ["policy history wiki-for-staff"],
        ["policy show"] = ["policy show wiki-for-staff", "policy show wiki-for-staff --version 1 > wiki-for-staff.yaml"],
        ["policy diff"] = ["policy diff wiki-for-staff 1", "policy diff wiki-for-staff 1 2"],
        ["policy rollback"] = ["policy rollback wiki-for-staff 1", "policy rollback wiki-for-staff 1 --reason \"it was right before\""],
        ["policy what-can"] = ["policy what-can alice"],
        ["policy who-can"] = ["policy who-can wiki"],
        ["cedar authorize"] =
            ["cedar authorize -p wiki.cedar --principal 'User::\"alice\"' --action 'Action::\"read\"' --resource 'Application::\"wiki\"' --entities entities.json"],
        ["cedar validate"] = ["cedar validate -p wiki.cedar -s doorward.cedarschema"],
        ["cedar format"] = ["cedar format wiki.cedar", "cedar format --check wiki.cedar blog.cedar"],
        ["cedar schema"] = ["cedar schema -s doorward.cedarschema > doorward.schema.json"],
        ["cedar translate"] = ["cedar translate -p wiki.cedar > wiki.json"],
        ["cedar partial"] =
            ["cedar partial -p wiki.cedar -s doorward.cedarschema --principal User --action 'Action::\"read\"' --resource 'Application::\"wiki\"' --unknown context"],
        ["cedar analyze"] = ["cedar analyze -p wiki.cedar -s doorward.cedarschema"],
        ["cedar diff"] = ["cedar diff old.cedar new.cedar --requests requests.jsonl --entities entities.json --reasons"],
        ["cedar batch"] = ["cedar batch < requests.jsonl"],
        ["audit verify"] = ["audit verify", "audit verify --data copy-of-the-log --checkpoint checkpoint --key audit.pub"],
        ["audit status"] = ["audit status"],
        ["audit list"] = ["audit list --kind administration --actor alice", "audit list --action session.revoke --from 2030-01-31T00:00Z"],
        ["audit export"] = ["audit export --to audit.jsonl", "audit export --from 1000"],
        ["audit tail"] = ["audit tail", "audit tail --last 100"],
        ["whoami"] = ["whoami", "whoami -o json"],
        ["status"] = ["status", "status --server https://console.apps.example.com --token-file token"],
        ["doctor"] = ["doctor"],
        ["backup"] = ["backup", "backup /var/backups/doorward-monday.tar"],
        ["restore"] = ["restore /var/backups/doorward-monday.tar"],
        ["reset"] = ["reset --yes"],
        ["trust install"] = ["trust install", "trust install --ca ca.pem"],
        ["trust remove"] = ["trust remove"],
        ["login"] = ["login --server https://console.apps.example.com --token-stdin < token"],
        ["logout"] = ["logout"],
        ["demo code"] = ["demo code"],
        ["completion bash"] = ["completion bash > ~/.local/share/bash-completion/completions/doorward"],
        ["completion zsh"] = ["completion zsh > ~/.zfunc/_doorward"],
    };

    public static IReadOnlyList<string> Of(Command command) => ByCommand.GetValueOrDefault(PathOf(command), []);

    private static string PathOf(Command command) => command is RootCommand ? ""
        : command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? $"{PathOf(parent)} {command.Name}"
        : command.Name;
}
