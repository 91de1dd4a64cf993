namespace Doorward.Testing.Administration;

/// <summary>One call of the admin API: how it is called, who may, and how the command line gets there.</summary>
/// <param name="Endpoint">Method and route, as the description of the API has them.</param>
/// <param name="Body">What is sent; nothing where there is no body.</param>
/// <param name="Who">Who gets past the gate: A administrators, U auditors, H help desk. Nobody else does.</param>
public sealed record ApiAct(string Endpoint, string Body, string Who)
{
    /// <summary>A command that makes this call; FILE and SECRET stand for files of a resource and of a TOTP secret.</summary>
    public string? Command { get; init; }

    /// <summary>Why there is none.</summary>
    public string? NoCommand { get; init; }

    public string Method => Endpoint.Split(' ')[0];

    /// <summary>The route below <c>/api/v1/</c>.</summary>
    public string Route => Endpoint.Split(' ')[1]["/api/v1/".Length..];

    /// <summary>Whether it only reads.</summary>
    public bool Looks => Who.Contains('U', StringComparison.Ordinal);

    /// <summary>Whether a call is one of these, whatever stands in the places of its route. What is not known of the call is <c>{}</c>.</summary>
    public bool Is(string method, string path)
    {
        var (mine, theirs) = (Route.Split('/'), path.Split('?')[0].Trim('/').Split('/'));
        return method == Method && mine.Length == theirs.Length
            && mine.Zip(theirs).All(static pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
    }
}

/// <summary>
/// Every call of the admin API, for the tests that hold service, console and command line against it: a new endpoint fails them until
/// somebody has said who may and which command gets there.
/// </summary>
public static class ApiActs
{
    private static readonly string[] Kinds = ["applications", "groups", "users", "policies", "networks", "identityproviders", "oidcclients", "posturerules", "postureproviders", "connectors"];
    private const string ByApply = "`apply -f` writes documents of every kind, all or nothing";

    public static IReadOnlyList<ApiAct> All { get; } =
    [
        new("POST /api/v1/apply", """{"documents":[]}""", "A") { Command = "apply -f FILE" },
        new("POST /api/v1/users/{name}/credentials", "{}", "A") { Command = "user add bob --totp-secret-file SECRET" },
        new("DELETE /api/v1/users/{name}/credentials", "", "A") { Command = "user remove-credentials bob" },
        new("POST /api/v1/users/{name}/invitation", "", "AH") { Command = "user invite bob" },
        new("GET /api/v1/people", "", "AUH") { Command = "user list" },
        new("GET /api/v1/people/{name}", "", "AUH") { Command = "user show bob" },
        new("POST /api/v1/access/what-can", """{"user":"bob"}""", "AUH") { Command = "policy what-can bob" },
        new("POST /api/v1/applications/test", """{"upstream":"http://169.254.169.254"}""", "A") { Command = "application test http://127.0.0.1:9" },
        new("GET /api/v1/upstreams", "", "AUH") { Command = "application health" },
        new("GET /api/v1/sessions", "", "AUH") { Command = "session list" },
        new("GET /api/v1/sessions/{id}", "", "AUH") { Command = "session show none" },
        new("POST /api/v1/sessions/revoke", """{"user":"bob"}""", "AH") { Command = "session revoke none" },
        new("GET /api/v1/grants", "", "AUH") { Command = "grant list" },
        new("POST /api/v1/grants/cut", """{"user":"bob"}""", "AH") { Command = "grant cut none" },
        new("GET /api/v1/decisions", "", "AUH") { Command = "decision list" },
        new("GET /api/v1/decisions/{id}/explanation", "", "AUH") { Command = "decision explain none" },
        new("GET /api/v1/tokens", "", "AUH") { Command = "token list" },
        new("POST /api/v1/tokens", """{"user":"bob","applications":["nowhere"]}""", "A") { Command = "token create --user bob --application wiki" },
        new("DELETE /api/v1/tokens/{id}", "", "A") { Command = "token revoke none" },
        new("GET /api/v1/published-policies", "", "AUH") { Command = "policy list" },
        new("POST /api/v1/policies/check", """{"documents":[]}""", "AUH") { Command = "policy check FILE" },
        new("POST /api/v1/policies/test", """{"documents":[]}""", "AUH") { Command = "policy test" },
        new("POST /api/v1/policies/simulate", """{"documents":[]}""", "AUH") { Command = "policy simulate FILE" },
        new("POST /api/v1/policies/format", """{"cedar":"permit (principal, action, resource);"}""", "AUH") { NoCommand = "`policy format` lays out with the same code, without an installation" },
        new("POST /api/v1/policies/assist", """{"cedar":"permit","offset":6}""", "AUH") { NoCommand = "proposals while one types are for editors" },
        new("GET /api/v1/schema", "", "AUH") { NoCommand = "`policy schema` prints the schema of its own version, without an installation" },
        new("GET /api/v1/policies/{name}/versions", "", "AUH") { Command = "policy history bob" },
        new("GET /api/v1/policies/{name}/versions/{version}", "", "AUH") { Command = "policy show bob --version 1" },
        new("POST /api/v1/policies/{name}/rollback", """{"version":1}""", "A") { Command = "policy rollback bob 1" },
        new("POST /api/v1/access/can", """{"user":"bob","application":"console"}""", "AUH") { Command = "policy can bob wiki" },
        new("POST /api/v1/access/who-can", """{"application":"console"}""", "AUH") { Command = "policy who-can wiki" },
        new("GET /api/v1/me", "", "AUH") { Command = "whoami" },
        new("GET /api/v1/me/confirmation", "", "AUH") { NoCommand = "nobody is asked to confirm on the command line" },
        new("GET /api/v1/settings", "", "AUH") { Command = "settings show" },
        new("PUT /api/v1/settings", """{"spec":{}}""", "A") { Command = "settings set --lease 60s" },
        new("GET /api/v1/keys", "", "AUH") { Command = "key list" },
        new("GET /api/v1/keys/ssh-authority/{application}", "", "AUH") { Command = "ssh-ca show server" },
        new("POST /api/v1/keys/rotate", """{"kind":"seal"}""", "A") { Command = "key rotate cookie" },
        new("GET /api/v1/certificates", "", "AUH") { Command = "certificate list" },
        new("GET /api/v1/certificates/ca.pem", "", "AUH") { NoCommand = "`trust install` brings it where it belongs; the file lies in the data folder" },
        new("GET /api/v1/storage", "", "AUH") { Command = "status" },
        new("GET /api/v1/status", "", "AUH") { Command = "status" },
        new("GET /api/v1/overview", "", "AUH") { Command = "status" },
        new("GET /api/v1/gateways", "", "AUH") { Command = "gateway list" },
        new("DELETE /api/v1/gateways/{name}", "", "A") { Command = "gateway revoke bob" },
        new("POST /api/v1/backup", "{}", "A") { Command = "backup" }, // to a file of one's choice: only the owner of the machine, by the socket
        new("POST /api/v1/gateways/join-token", """{"name":"edge-2"}""", "A") { Command = "gateway join-token edge-2" },
        new("GET /api/v1/devices", "", "AUH") { Command = "device list" },
        new("GET /api/v1/devices/{name}", "", "AUH") { Command = "device show bob" },
        new("GET /api/v1/devices/{name}/history", "", "AUH") { Command = "device history bob" },
        new("GET /api/v1/devices/providers", "", "AUH") { Command = "device providers" },
        new("GET /api/v1/devices/compliance", "", "AUH") { Command = "device compliance" },
        new("POST /api/v1/devices/compliance/check", """{"spec":{"when":"true"}}""", "AUH") { Command = "device try \"context.posture.firewall.pass\"" },
        new("POST /api/v1/devices/compliance/assist", """{"cedar":"context."}""", "AUH") { NoCommand = "proposals while one types are for editors" },
        new("POST /api/v1/devices/invitations", "{}", "A") { Command = "device invite" },
        new("POST /api/v1/devices/{name}/hold", "{}", "A") { Command = "device hold bob" },
        new("POST /api/v1/devices/{name}/release", "", "A") { Command = "device release bob" },
        new("POST /api/v1/devices/{name}/retire", "{}", "A") { Command = "device retire bob" },
        new("POST /api/v1/devices/{name}/rename", """{"name":"new-name"}""", "A") { Command = "device rename bob bobs-laptop" },
        new("GET /api/v1/connector-states", "", "AUH") { Command = "connector list" },
        new("GET /api/v1/connectors/{name}/state", "", "AUH") { Command = "connector show bob" },
        new("POST /api/v1/connectors/{name}/invitations", "", "A") { Command = "connector invite bob" },
        new("POST /api/v1/connectors/{name}/invitations/withdraw", "", "A") { Command = "connector withdraw bob" },
        new("POST /api/v1/connectors/{name}/replicas/{replica}/drain", "{}", "A") { Command = "connector drain bob rep-1" },
        new("POST /api/v1/connectors/{name}/replicas/{replica}/resume", "{}", "A") { Command = "connector resume bob rep-1" },
        new("POST /api/v1/connectors/{name}/replicas/{replica}/retire", "{}", "A") { Command = "connector retire bob rep-1" },
        new("GET /api/v1/audit", "", "AU") { Command = "audit status" },
        new("GET /api/v1/audit/records", "", "AU") { Command = "audit list" },
        new("POST /api/v1/audit/verify", "", "AU") { NoCommand = "`audit verify` reads the files themselves, and asks this only of an installation elsewhere" },
        new("GET /api/v1/audit/export", "", "AU") { NoCommand = "`audit export` reads the files themselves, and asks this only of an installation elsewhere" },
        .. Kinds.SelectMany(static kind => (ApiAct[])
        [
            new($"GET /api/v1/{kind}", "", "AUH") { Command = $"get {kind}" },
            new($"GET /api/v1/{kind}/{{name}}", "", "AUH") { Command = $"get {kind} bob" },
            new($"POST /api/v1/{kind}", """{"name":"bob-2","spec":{}}""", "A") { Command = kind == "users" ? "user add bob" : null, NoCommand = kind == "users" ? null : ByApply },
            new($"PUT /api/v1/{kind}/{{name}}", """{"spec":{}}""", "A") { Command = kind == "users" ? "user set bob --display-name Bob" : null, NoCommand = kind == "users" ? null : ByApply },
            new($"DELETE /api/v1/{kind}/{{name}}", "", "A") { Command = $"delete {kind} bob" },
        ]),
    ];
}
