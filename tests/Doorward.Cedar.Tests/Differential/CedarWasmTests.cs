using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Doorward.Cedar.Tests.Differential;

/// <summary>
/// The engine answers as the reference implementation does (npm's cedar-wasm, for development only): the same decision, the same sets of
/// reasons and errors. Takes its beginning and length from DOORWARD_SEED and DOORWARD_COMPARISONS.
/// </summary>
public sealed class CedarWasmTests(ITestOutputHelper output)
{
    private const int RequestsPerCase = 25;

    // Most cost of the reference is in reading policies: the largest sets would leave time for little else.
    private const int MaxPolicies = 60;

    [Fact(Explicit = true)]
    public async Task The_engine_answers_as_cedar_wasm_does()
    {
        var seed = (ulong)DifferentialTests.FromEnvironment("DOORWARD_SEED", 1);
        var comparisons = DifferentialTests.FromEnvironment("DOORWARD_COMPARISONS", 100_000);
        using var peer = await StartAsync();
        var differences = new List<string>();
        var count = 0L;
        var refused = 0;
        for (var next = seed; count < comparisons && differences.Count < 20; next++)
        {
            var test = RandomCase.Create(next, RequestsPerCase, MaxPolicies, forPeer: true);
            await peer.StandardInput.WriteLineAsync(Write(test));
            await peer.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            using var answer = JsonDocument.Parse(await peer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidDataException("cedar-wasm ended."));
            if (answer.RootElement.ValueKind == JsonValueKind.Object)
            {
                refused++;
                differences.Add($"seed {next}: refused: {answer.RootElement}");
                continue;
            }
            for (var i = 0; i < test.Requests.Count; i++, count++) Compare(test, test.Requests[i], answer.RootElement[i], differences);
        }
        peer.StandardInput.Close();
        output.WriteLine($"seed {seed}: {count} comparisons, {refused} sets refused, {differences.Count} differences");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static void Compare(RandomCase test, AuthorizationRequest request, JsonElement theirs, List<string> differences)
    {
        var ours = Authorizer.IsAuthorized(test.Policies, test.Entities, request);
        var isSame = theirs.TryGetProperty("decision", out var decision)
            && decision.GetString() == (ours.Decision == Decision.Allow ? "allow" : "deny")
            && Ids(theirs.GetProperty("reason")).SetEquals(ours.Reasons)
            && Ids(theirs.GetProperty("errors")).SetEquals(ours.Errors.Select(error => error.PolicyId));
        if (!isSame)
            differences.Add($"seed {test.Seed}, {request}\n  ours: {ours.Decision} [{string.Join(' ', ours.Reasons)}] ![{string.Join("; ", ours.Errors)}]\n  theirs: {theirs}");
    }

    private static HashSet<string> Ids(JsonElement json) => [.. json.EnumerateArray().Select(id => id.GetString()!)];

    private static string Write(RandomCase test)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("policies");
            WriteTexts(json, "staticPolicies", test.Policies.Where(policy => policy.Link is null));
            WriteTexts(json, "templates", test.Policies.Templates);
            json.WriteStartArray("templateLinks");
            foreach (var policy in test.Policies)
                if (policy.Link is { } link) WriteLink(json, policy.Id, link);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WritePropertyName("entities");
            CedarJson.WriteEntities(json, test.Entities.Entities);
            json.WriteStartArray("requests");
            foreach (var request in test.Requests) WriteRequest(json, request);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<PolicyStatement> statements)
    {
        json.WriteStartObject(name);
        foreach (var statement in statements) json.WriteString(statement.Id, statement.ToString());
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, string id, PolicyLink link)
    {
        json.WriteStartObject();
        json.WriteString("templateId", link.TemplateId);
        json.WriteString("newId", id);
        json.WriteStartObject("values");
        foreach (var (slot, uid) in link.Values) WriteUid(json, slot == Slot.Principal ? "?principal" : "?resource", uid);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, AuthorizationRequest request)
    {
        json.WriteStartObject();
        WriteUid(json, "principal", request.Principal);
        WriteUid(json, "action", request.Action);
        WriteUid(json, "resource", request.Resource);
        json.WritePropertyName("context");
        CedarJson.WriteContext(json, request.Context);
        json.WriteEndObject();
    }

    private static void WriteUid(Utf8JsonWriter json, string name, EntityUid uid)
    {
        json.WriteStartObject(name);
        json.WriteString("type", uid.Type);
        json.WriteString("id", uid.Id);
        json.WriteEndObject();
    }

    private static async Task<Process> StartAsync()
    {
        var folder = Folder();
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder })!;
                await npm.WaitForExitAsync();
                Assert.SkipUnless(npm.ExitCode == 0, "npm ci failed.");
            }
            return Process.Start(new ProcessStartInfo("node", ["evaluate.mjs"])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
            })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node or npm is not installed.");
            throw;
        }
    }

    private static string Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "tests", "cedar-wasm", "evaluate.mjs"))) return Path.Combine(at.FullName, "tests", "cedar-wasm");
        throw new DirectoryNotFoundException("tests/cedar-wasm is not above the test's executable.");
    }
}
