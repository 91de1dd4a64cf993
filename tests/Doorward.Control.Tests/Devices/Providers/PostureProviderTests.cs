using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Control.Devices.Providers;
using Doorward.Testing.Devices;

namespace Doorward.Control.Tests.Devices.Providers;

public sealed class PostureProviderTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private const string Webhook = "/device/provider/";
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly string Secret = $"whsec_{Convert.ToBase64String(Key)}";

    [Fact]
    public async Task A_process_of_the_right_name_is_claimed_and_what_the_vendor_confirms_is_more()
    {
        await using var vendor = await VendorDouble.StartAsync();
        using var device = await world.EnrolAsync("confirmed", Fleet("confirmed"));
        await PutAsync("posturerules/confirmed", new { when = "context.posture.endpointDetection.pass && context.posture.endpointDetection.provenance >= 3", labels = new { fleet = "confirmed" }, loosen = "0s" });
        await PutAsync("posturerules/claimed", new { when = "context.posture.endpointDetection.pass", labels = new { fleet = "confirmed" } });

        // A local process named like the sensor: it passes what asks for a claim, and not what asks for the vendor.
        var health = (await device.ReportAsync("endpointDetection=pass")).Message!.Health;
        Assert.Equal(("red", 1), (health.Colour, health.Reasons.Length));
        Assert.Contains("only this machine says so", health.Reasons[0].What, StringComparison.Ordinal);
        Assert.Equal("claimed", await ProvenanceAsync(device));

        vendor.Answers["/api/machines"] = Defender("confirmed.corp.example", "Active");
        await PutAsync("postureproviders/edr", new { product = "microsoft-defender", poll = new { url = new Uri(vendor.Address, "/api/machines"), bearer = VendorDouble.Bearer, ca = vendor.CaPem } });
        await EventuallyAsync(() => IsCompliantAsync(device));
        Assert.Equal(("vendor-confirmed", "green"), (await ProvenanceAsync(device), await HealthAsync(device, "edr")));

        // Its own next report takes nothing of that away, nor does it add to it.
        Assert.Equal("green", (await device.ReportAsync("endpointDetection=fail")).Message?.Health.Colour);
        await device.ReportAsync("endpointDetection=pass");

        // The vendor knows the machine no more: back to what the machine says of itself.
        vendor.Answers["/api/machines"] = """{"value":[]}""";
        await AskAgainAsync("edr", new { product = "microsoft-defender", maxAge = "2h", poll = new { url = new Uri(vendor.Address, "/api/machines"), bearer = VendorDouble.Bearer, ca = vendor.CaPem } });
        await EventuallyAsync(async () => !await IsCompliantAsync(device));
        Assert.Equal(("claimed", "missing"), (await ProvenanceAsync(device), await HealthAsync(device, "edr")));
        await DeleteAsync("posturerules/confirmed", "posturerules/claimed", "postureproviders/edr");
    }

    [Theory]
    [InlineData("sophos-central", "/endpoint/v1/endpoints", """{"items":[{"hostname":"NAME","health":{"overall":"good","threats":{"status":"good"},"services":{"status":"good"}},"lastSeenAt":"SEEN"}],"pages":{}}""")]
    [InlineData("microsoft-defender", "/api/machines", """{"value":[{"computerDnsName":"NAME","lastSeen":"SEEN","healthStatus":"Active","riskScore":"None"}]}""")]
    [InlineData("crowdstrike-falcon", "/devices/combined/devices/v1?limit=5000", """{"resources":[{"hostname":"NAME","last_seen":"SEEN","status":"normal","reduced_functionality_mode":"no"}]}""")]
    [InlineData("wazuh", "/agents?limit=10000", """{"data":{"affected_items":[{"name":"NAME","status":"active","lastKeepAlive":"SEEN"}]}}""")]
    public async Task Each_known_product_is_asked_over_HTTPS_with_its_secret_and_believed(string product, string path, string answer)
    {
        await using var vendor = await VendorDouble.StartAsync();
        using var device = await world.EnrolAsync($"of-{product}");
        await device.ReportAsync("firewall=pass");
        vendor.Answers[path] = answer.Replace("NAME", $"of-{product}", StringComparison.Ordinal).Replace("SEEN", Seen(), StringComparison.Ordinal);
        await PutAsync($"postureproviders/{product}", new { product, poll = new { url = new Uri(vendor.Address, path), bearer = VendorDouble.Bearer, ca = vendor.CaPem } });
        await EventuallyAsync(async () => await HealthAsync(device, product) == "green");
        await DeleteAsync($"postureproviders/{product}");
        await EventuallyAsync(async () => await ProvenanceAsync(device) is null);
    }

    [Fact]
    public async Task Pages_are_followed_on_the_same_host_and_to_no_other()
    {
        await using var vendor = await VendorDouble.StartAsync();
        using var device = await world.EnrolAsync("paged");
        await device.ReportAsync("firewall=pass");
        vendor.Answers["/m"] = $$"""{"value":[],"@odata.nextLink":"{{new Uri(vendor.Address, "/m?page=2")}}"}""";
        vendor.Answers["/m?page=2"] = Defender("paged", "Active");
        await PutAsync("postureproviders/paged", new { product = "microsoft-defender", poll = new { url = new Uri(vendor.Address, "/m"), bearer = VendorDouble.Bearer, ca = vendor.CaPem } });
        await EventuallyAsync(async () => await HealthAsync(device, "paged") == "green");

        foreach (var (answer, problem) in new[]
        {
            ("""{"value":[],"@odata.nextLink":"https://127.0.0.1:9/m"}""", "another host"),
            ("302 https://127.0.0.1:9/m", "status 302"),
            ("""{"other":[]}""", "no list of records"),
            ("nothing", "no JSON"),
            (new string(' ', 17 * 1024 * 1024), "too long"),
            ($$"""{"value":[],"more":{{Deep}}}""", "nested too deeply"),
            ($$"""{"value":[],"@odata.nextLink":"{{new Uri(vendor.Address, "/m")}}"}""", "more than 100 pages"),
        })
        {
            vendor.Answers["/m"] = answer;
            await AskAgainAsync("paged", new { product = "microsoft-defender", maxAge = $"{problem.Length + 2}h", poll = new { url = new Uri(vendor.Address, "/m"), bearer = VendorDouble.Bearer, ca = vendor.CaPem } });
            await EventuallyAsync(async () => (await StateAsync("paged")).TryGetProperty("problem", out var said) && said.GetString()!.Contains(problem, StringComparison.Ordinal));
        }

        // What it said before goes on until it is too old.
        Assert.Equal("green", await HealthAsync(device, "paged"));
        Assert.Single(await world.AuditAsync("posture-provider-refused"), static entry => entry.GetProperty("target").GetString() == "PostureProvider/paged");
        await DeleteAsync("postureproviders/paged");
    }

    [Fact]
    public async Task A_webhook_that_is_signed_turns_a_device_and_what_is_missing_passes_nothing()
    {
        using var device = await world.EnrolAsync("hooked", Fleet("hooked"));
        using var twin = await world.EnrolAsync("twin", Fleet("hooked"));
        using var other = await world.EnrolAsync("twin", Fleet("hooked"));
        foreach (var one in new[] { device, twin, other }) await one.ReportAsync("endpointDetection=pass");
        await PutAsync("posturerules/hooked", new { when = "context.posture.endpointDetection.provenance >= 3 && context.posture.endpointDetection.pass", labels = new { fleet = "hooked" }, loosen = "0s" });
        await PutAsync("postureproviders/hook", new { product = "wazuh", webhook = new { secret = Secret } });
        await EventuallyAsync(async () => !await IsCompliantAsync(device));

        await SaysAsync("hook", Wazuh("hooked", "active", TimeProvider.System.GetUtcNow().AddHours(-2)), "missing", device);
        await SaysAsync("hook", Wazuh("hooked", "active"), "green", device);
        Assert.True(await IsCompliantAsync(device));
        await SaysAsync("hook", Wazuh("hooked", "disconnected"), "red", device);
        Assert.False(await IsCompliantAsync(device));
        await SaysAsync("hook", Wazuh("hooked", "active"), "green", device);

        // Held up on its way: older than what is known.
        await SaysAsync("hook", Wazuh("hooked", "disconnected", TimeProvider.System.GetUtcNow().AddMinutes(-3)), "green", device);
        await SaysAsync("hook", Wazuh("hooked", "active", TimeProvider.System.GetUtcNow().AddHours(1)), "missing", device);
        await SaysAsync("hook", Wazuh("hooked", "strange"), "missing", device);
        Assert.False(await IsCompliantAsync(device));

        // Two devices of one name: neither has the other's health.
        await SaysAsync("hook", Wazuh("twin", "active"), "missing", twin);
        Assert.False(await IsCompliantAsync(twin) || await IsCompliantAsync(other));
        await DeleteAsync("posturerules/hooked", "postureproviders/hook");
    }

    [Theory]
    [InlineData("unsigned", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("signed with another key", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("altered", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("under another id", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("sent again", HttpStatusCode.Conflict, "replayed")]
    [InlineData("from the future", HttpStatusCode.Unauthorized, "clock")]
    [InlineData("from the past", HttpStatusCode.Unauthorized, "clock")]
    [InlineData("of ten megabytes", HttpStatusCode.RequestEntityTooLarge, "too-large")]
    [InlineData("of another shape", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("no JSON", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("nested too deeply", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("nested a little too deeply", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("of too many records", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("without an id", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("of a long id", HttpStatusCode.Unauthorized, "unsigned")]
    [InlineData("of a time that is none", HttpStatusCode.Unauthorized, "clock")]
    [InlineData("for another provider", HttpStatusCode.Unauthorized, "unsigned")]
    public async Task A_webhook_that_is_not_in_order_changes_nothing(string what, HttpStatusCode status, string code)
    {
        var name = $"bad-{what.Replace(' ', '-')}";
        using var device = await world.EnrolAsync(name);
        await device.ReportAsync("endpointDetection=pass");
        await PutAsync($"postureproviders/{name}", new { product = "wazuh", webhook = new { secret = Secret } });
        var (id, now) = (RandomNumberGenerator.GetHexString(16), TimeProvider.System.GetUtcNow());
        var body = what switch
        {
            "of ten megabytes" => new byte[10 * 1024 * 1024],
            "of another shape" => """{"hello":"world"}"""u8.ToArray(),
            "no JSON" => "hello"u8.ToArray(),
            "nested too deeply" => Encoding.ASCII.GetBytes(new string('[', 100_000)),
            "nested a little too deeply" => Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(Wazuh(name, "active"))[..^1]},\"more\":{Deep}}}"),
            "of too many records" => List([.. Enumerable.Repeat(Wazuh("m", "active"), ProviderWebhooks.MostRecords), Wazuh(name, "active")]),
            _ => Wazuh(name, "active"),
        };
        var at = what switch { "from the future" => now.AddMinutes(6), "from the past" => now.AddMinutes(-6), _ => now };
        var signature = what switch { "unsigned" => "", "signed with another key" => WebhookSignature.Sign(new byte[32], id, at, body), _ => WebhookSignature.Sign(Key, id, at, body) };
        if (what == "sent again") Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(name, id, at, signature, body)).Status);
        if (what == "altered") body[^3] ^= 1;
        if (what is "without an id" or "of a long id") signature = WebhookSignature.Sign(Key, id = what == "without an id" ? "" : new string('i', 257), at, body);
        var timestamp = what == "of a time that is none" ? "soon" : WebhookSignature.Seconds(at);
        if (timestamp == "soon") signature = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.soon."), .. body]))}";
        var answer = await PostAsync(what == "for another provider" ? "nobody" : name, what == "under another id" ? "other" : id, timestamp, signature, body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(what == "sent again" ? "green" : "missing", await HealthAsync(device, name));
        Assert.Equal(what == "for another provider" ? 0 : 1, (await world.AuditAsync("posture-provider-refused")).Count(entry => entry.GetProperty("target").GetString() == $"PostureProvider/{name}"));

        // Its twin, which is in order.
        await SaysAsync(name, Wazuh(name, "active"), "green", device);
        await DeleteAsync($"postureproviders/{name}");
    }

    [Fact]
    public async Task Secrets_are_kept_sealed_and_given_to_nobody()
    {
        const string url = "https://vendor.example/agents";
        await PutAsync("postureproviders/sealed", new { product = "wazuh", poll = new { url, bearer = "a-bearer-secret" }, webhook = new { secret = Secret } });
        var shown = await world.Local.GetStringAsync("postureproviders/sealed");
        Assert.DoesNotContain("a-bearer-secret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.Contains("\"set\":true", shown.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // What is kept stays where it was given for.
        var keep = new { set = true };
        await PutAsync("postureproviders/sealed", new { product = "wazuh", poll = new { url, bearer = keep, interval = "1m" }, webhook = new { secret = keep } });
        await RefusedAsync(new { product = "wazuh", poll = new { url = "https://elsewhere.example/agents", bearer = keep } }, "poll.bearer");
        await DeleteAsync("postureproviders/sealed");
    }

    [Theory]
    [InlineData("product")]
    [InlineData("poll")]
    [InlineData("poll.url")]
    [InlineData("webhook.secret")]
    [InlineData("fact")]
    [InlineData("mapping.hostName")]
    [InlineData("mapping.health[0].at")]
    [InlineData("mapping.health")]
    [InlineData("mapping.seen")]
    [InlineData("mapping.health[0].green[0]")]
    [InlineData("mapping.next.at")]
    [InlineData("maxAge")]
    [InlineData("poll.interval")]
    public async Task A_provider_that_cannot_work_is_refused_at_its_place(string field)
    {
        object poll = new { url = "https://vendor.example/agents" };
        await RefusedAsync(field switch
        {
            "product" => new { product = "no-such", poll },
            "poll" => new { product = "wazuh" },
            "poll.url" => new { product = "wazuh", poll = new { url = "https://169.254.169.254/latest" } },
            "webhook.secret" => new { product = "wazuh", webhook = new { secret = "short" } },
            "fact" => new { product = "wazuh", fact = "noSuchFact", poll },
            "mapping.hostName" => new { mapping = new { health = new[] { new { at = "/status", green = new[] { "up" } } } }, poll },
            "mapping.health" => new { mapping = new { hostName = "/name", health = Enumerable.Range(0, 17).Select(static number => new { at = $"/s{number}", green = new[] { "up" } }) }, poll },
            "mapping.seen" => new { mapping = new { hostName = "/name", seen = $"/{new string('s', 256)}", health = new[] { new { at = "/status", green = new[] { "up" } } } }, poll },
            "mapping.health[0].green[0]" => new { mapping = new { hostName = "/name", health = new[] { new { at = "/status", green = new[] { new string('u', 129) } } } }, poll },
            "mapping.next.at" => new { mapping = new { hostName = "/name", next = new { parameter = "p" }, health = new[] { new { at = "/status", green = new[] { "up" } } } }, poll },
            "maxAge" => new { product = "wazuh", maxAge = "8d", poll },
            "poll.interval" => new { product = "wazuh", poll = new { url = "https://vendor.example/agents", interval = "1s" } },
            _ => new { mapping = new { hostName = "/name", health = new[] { new { at = "status", green = new[] { "up" } } } }, poll },
        }, field);
    }

    // Forty in each other: what a parser takes that was not told a depth.
    private static string Deep => $"{new string('[', 40)}{new string(']', 40)}";

    private static object Fleet(string name) => new { labels = new { fleet = name } };

    private static string Seen(DateTimeOffset? at = null) => (at ?? TimeProvider.System.GetUtcNow()).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);

    private static string Defender(string host, string status) => $$"""{"value":[{"computerDnsName":"{{host}}","lastSeen":"{{Seen()}}","healthStatus":"{{status}}","riskScore":"None"}]}""";

    // One record by itself, as webhooks bring it.
    private static byte[] Wazuh(string host, string status, DateTimeOffset? seen = null) => Encoding.UTF8.GetBytes($$"""{"name":"{{host}}","status":"{{status}}","lastKeepAlive":"{{Seen(seen)}}"}""");

    private static byte[] List(byte[][] records) => Encoding.UTF8.GetBytes($"{{\"data\":{{\"affected_items\":[{string.Join(',', records.Select(Encoding.UTF8.GetString))}]}}}}");

    private async Task SaysAsync(string provider, byte[] body, string health, TestDevice device)
    {
        var (id, now) = (RandomNumberGenerator.GetHexString(16), TimeProvider.System.GetUtcNow());
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(provider, id, now, WebhookSignature.Sign(Key, id, now, body), body)).Status);
        Assert.Equal(health, await HealthAsync(device, provider));
    }

    private Task<(HttpStatusCode Status, string? Code)> PostAsync(string provider, string id, DateTimeOffset at, string signature, byte[] body) =>
        PostAsync(provider, id, WebhookSignature.Seconds(at), signature, body);

    private async Task<(HttpStatusCode Status, string? Code)> PostAsync(string provider, string id, string at, string signature, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(WebhookSignature.IdHeader, id);
        content.Headers.Add(WebhookSignature.TimestampHeader, at);
        content.Headers.Add(WebhookSignature.SignatureHeader, signature);
        using var response = await world.SendAsync("auth", Webhook + provider, content, null);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }

    private async Task PutAsync(string path, object spec)
    {
        using var response = await world.Local.PutAsJsonAsync(path, new { spec });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    // A provider that was changed is asked at once.
    private Task AskAgainAsync(string name, object spec) => PutAsync($"postureproviders/{name}", spec);

    private async Task RefusedAsync(object spec, string field)
    {
        using var response = await world.Local.PutAsJsonAsync("postureproviders/refused", new { spec });
        var said = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"field\":\"{field}\"", said.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task DeleteAsync(params string[] paths)
    {
        foreach (var path in paths) (await world.Local.DeleteAsync(path)).Dispose();
    }

    private async Task<bool> IsCompliantAsync(TestDevice device) => (await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean();

    private async Task<string?> ProvenanceAsync(TestDevice device) => (await world.Local.GetFromJsonAsync<JsonElement>($"devices/{device.Id}")).GetProperty("facts").EnumerateArray()
        .Where(static fact => fact.GetProperty("name").GetString() == "endpointDetection").Select(static fact => fact.GetProperty("provenance").GetString()).SingleOrDefault();

    private async Task<string?> HealthAsync(TestDevice device, string provider) => (await world.Local.GetFromJsonAsync<JsonElement>($"devices/{device.Id}")).GetProperty("confirmations").EnumerateArray()
        .Where(one => one.GetProperty("provider").GetString() == provider).Select(static one => one.GetProperty("health").GetString()).SingleOrDefault();

    private async Task<JsonElement> StateAsync(string provider) => (await world.Local.GetFromJsonAsync<JsonElement>("devices/providers")).EnumerateArray().Single(one => one.GetProperty("name").GetString() == provider);

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }
}
