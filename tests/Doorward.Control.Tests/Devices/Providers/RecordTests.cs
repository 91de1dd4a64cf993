using System.Text.Json;
using Doorward.Control.Devices.Providers;

namespace Doorward.Control.Tests.Devices.Providers;

/// <summary>What is made of vendors' answers, by nothing but the files that are shipped.</summary>
public sealed class RecordTests
{
    public static TheoryData<string, string, string> Shapes { get; } = new()
    {
        { "sophos-central", """{"items":[{"id":"1","hostname":"LAPTOP","health":{"overall":"good","threats":{"status":"good"},"services":{"status":"good"}},"lastSeenAt":"2026-05-04T08:00:00.123Z"}],"pages":{"size":500}}""", "LAPTOP Green" },
        { "sophos-central", """{"items":[{"hostname":"laptop.corp.example","health":{"overall":"good","threats":{"status":"suspicious"},"services":{"status":"good"}},"lastSeenAt":"2026-05-04T08:00:00Z"}]}""", "LAPTOP Yellow" },
        { "sophos-central", """{"items":[{"hostname":"laptop","health":{"overall":"bad","threats":{"status":"bad"},"services":{"status":"good"}},"lastSeenAt":"2026-05-04T08:00:00Z"}]}""", "LAPTOP Red" },
        { "sophos-central", """{"items":[{"hostname":"laptop","health":{"overall":"unknown","threats":{"status":"good"},"services":{"status":"good"}},"lastSeenAt":"2026-05-04T08:00:00Z"}]}""", "LAPTOP Missing" },
        { "microsoft-defender", """{"@odata.context":"x","value":[{"id":"1","computerDnsName":"laptop.contoso.com","lastSeen":"2026-05-04T08:00:00.7791856Z","healthStatus":"Active","riskScore":"Low"}]}""", "LAPTOP Green" },
        { "microsoft-defender", """{"value":[{"computerDnsName":"laptop","lastSeen":"2026-05-04T08:00:00Z","healthStatus":"Active","riskScore":"Medium"}]}""", "LAPTOP Yellow" },
        { "microsoft-defender", """{"value":[{"computerDnsName":"laptop","lastSeen":"2026-05-04T08:00:00Z","healthStatus":"NoSensorData","riskScore":"None"}]}""", "LAPTOP Red" },
        { "microsoft-defender", """{"value":[{"computerDnsName":"laptop","lastSeen":"2026-05-04T08:00:00Z","healthStatus":"Unknown","riskScore":"None"}]}""", "LAPTOP Missing" },
        { "microsoft-defender", """{"value":[{"computerDnsName":"laptop","healthStatus":"Active","riskScore":"None"}]}""", "LAPTOP Missing" },
        { "crowdstrike-falcon", """{"meta":{},"resources":[{"device_id":"a","hostname":"laptop","last_seen":"2026-05-04T08:00:00Z","status":"normal","reduced_functionality_mode":"no"}],"errors":[]}""", "LAPTOP Green" },
        { "crowdstrike-falcon", """{"resources":[{"hostname":"laptop","last_seen":"2026-05-04T08:00:00Z","status":"lift_containment_pending","reduced_functionality_mode":"no"}]}""", "LAPTOP Yellow" },
        { "crowdstrike-falcon", """{"resources":[{"hostname":"laptop","last_seen":"2026-05-04T08:00:00Z","status":"contained","reduced_functionality_mode":"no"}]}""", "LAPTOP Red" },
        { "crowdstrike-falcon", """{"resources":[{"hostname":"laptop","last_seen":"2026-05-04T08:00:00Z","status":"normal"}]}""", "LAPTOP Missing" },
        { "wazuh", """{"data":{"affected_items":[{"id":"001","name":"laptop","status":"active","lastKeepAlive":"2026-05-04T08:00:00+00:00"}],"total_affected_items":1},"error":0}""", "LAPTOP Green" },
        { "wazuh", """{"data":{"affected_items":[{"name":"laptop","status":"disconnected","lastKeepAlive":"2026-05-04T08:00:00+00:00"}]}}""", "LAPTOP Red" },
        { "wazuh", """{"data":{"affected_items":[{"name":"laptop","status":"active"}]}}""", "LAPTOP Missing" },
        { "wazuh", """{"data":{"affected_items":[{"status":"active","lastKeepAlive":"2026-05-04T08:00:00Z"}]}}""", " Green" },
        { "wazuh", """{"data":{}}""", "" },
        { "wazuh", "[]", "" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_vendors_answer_is_read_by_its_file(string product, string answer, string expected)
    {
        var records = Read(answer, product);
        Assert.Equal(expected, string.Join("; ", (records ?? []).Select(static record => $"{record.Key} {record.Health}")));
        Assert.Equal(expected.Length == 0, records is null);
    }

    [Fact]
    public void Every_product_that_is_shipped_says_whose_a_record_is_and_how_it_does()
    {
        Assert.Equal(["crowdstrike-falcon", "microsoft-defender", "sophos-central", "wazuh"], RecordMapping.Shipped.Keys);
        Assert.All(RecordMapping.Shipped.Values, static mapping =>
        {
            Assert.True(JsonPointer.IsValid(mapping.HostName!) && JsonPointer.IsValid(mapping.Seen!) && JsonPointer.IsValid(mapping.Records));
            Assert.All(mapping.Health, static table => Assert.True(JsonPointer.IsValid(table.At) && table.Green.Length > 0 && table.Red.Length > 0));
        });
    }

    [Theory]
    [InlineData("1777881600")]
    [InlineData("1777881600000")]
    [InlineData("\"2026-05-04T08:00:00\"")]
    [InlineData("\"2026-05-04T10:00:00+02:00\"")]
    public void Times_are_read_as_vendors_write_them(string seen) =>
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero), Read("""{"data":{"affected_items":[{"name":"a","status":"active","lastKeepAlive":SEEN}]}}""".Replace("SEEN", seen, StringComparison.Ordinal), "wazuh")!.Value[0].Seen);

    [Theory]
    [InlineData("", "laptop", "laptop", "laptop:laptop")]
    [InlineData("", "laptop.corp.example", "laptop", "laptop.corp.example:laptop")]
    [InlineData("", "laptop", "laptop,LAPTOP.other.example", "laptop:several of the provider's records are of that name")]
    [InlineData("", "laptop,laptop.b", "laptop", "laptop:several devices are of that name; laptop.b:several devices are of that name")]
    [InlineData("", "laptop,tower", "tower", "laptop:the provider does not know it; tower:tower")]
    [InlineData("serial", "laptop", "laptop", "laptop:the provider does not know it")]
    [InlineData("serial", "laptop=C02X", "c02x", "laptop:c02x")]
    [InlineData("serial", "laptop=C02X,tower=C02X", "C02X", "laptop:several devices are of that name; tower:several devices are of that name")]
    public void A_record_is_a_devices_only_when_nothing_else_could_be_meant(string label, string devices, string records, string expected)
    {
        var match = new RecordMatch("/name", label.Length == 0 ? null : label);
        var known = devices.Split(',').Select(static text => new KnownDevice(text.Split('=')[0], text.Split('=')[0], text.Contains('=', StringComparison.Ordinal) ? new Dictionary<string, string> { ["serial"] = text.Split('=')[1] } : [])).ToList();
        var read = records.Split(',').Select(name => new ProviderRecord(match.KeyOf(name), ProviderHealth.Green, name, null)).ToList();
        Assert.Equal(expected, string.Join("; ", match.Pair(read, known).Select(static pair => $"{pair.Device}:{pair.Record?.Evidence ?? pair.Why}")));
    }

    [Fact]
    public void A_list_that_is_longer_than_is_read_is_none()
    {
        Assert.Equal(100, Read(Of(100), "wazuh")?.Length);
        Assert.Null(Read(Of(101), "wazuh"));

        static string Of(int count) => $"{{\"data\":{{\"affected_items\":[{string.Join(',', Enumerable.Repeat("{}", count))}]}}}}";
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("/a/b~1c~0d/0", true)]
    [InlineData("a", false)]
    [InlineData("/a~2", false)]
    [InlineData("/a~", false)]
    public void A_pointer_is_one_of_RFC_6901(string pointer, bool valid) => Assert.Equal(valid, JsonPointer.IsValid(pointer));

    [Fact]
    public void A_pointer_finds_what_is_there_and_nothing_else()
    {
        var document = JsonDocument.Parse("""{"a":{"b/c":[{"d~":1.50},"x"]},"e":null}""").RootElement;
        Assert.Equal("1.50", JsonPointer.Text(document, "/a/b~1c/0/d~0"));
        Assert.Equal("x", JsonPointer.Text(document, "/a/b~1c/1"));
        foreach (var nothing in new[] { "/a", "/a/b~1c/2", "/a/b~1c/-1", "/a/b~1c/01x", "/e", "/e/f", "/nope" }) Assert.Null(JsonPointer.Text(document, nothing));
    }

    private static System.Collections.Immutable.ImmutableArray<ProviderRecord>? Read(string answer, string product)
    {
        var mapping = RecordMapping.Shipped[product];
        return ProviderRecord.Read(JsonDocument.Parse(answer).RootElement, mapping, new RecordMatch(mapping.HostName!, null), 100);
    }
}
