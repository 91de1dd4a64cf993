using System.Net;

namespace Doorward.Cedar.Tests.Extensions;

public sealed class ExtensionTests
{
    [Theory]
    [InlineData("1.0", 10000)]
    [InlineData("-0.5", -5000)]
    [InlineData("00.0001", 1)]
    [InlineData("-12.3456", -123456)]
    [InlineData("922337203685477.5807", long.MaxValue)]
    [InlineData("-922337203685477.5808", long.MinValue)]
    public void Reads_decimals(string text, long expected)
    {
        Assert.True(DecimalValue.TryParse(text, out var value));
        Assert.Equal(expected, value.TenThousandths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-.5")]
    [InlineData("+1.0")]
    [InlineData("1.00000")]
    [InlineData("1.0.0")]
    [InlineData("1,0")]
    [InlineData(" 1.0")]
    [InlineData("٣.0")]
    [InlineData("922337203685477.5808")]
    [InlineData("99999999999999999999999999999999999999999999999999.0")]
    public void Refuses_other_decimals(string text) => Assert.False(DecimalValue.TryParse(text, out _));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("1.2.3.4/32", "1.2.3.4")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8:0:0:1:0:0:1/64", "2001:db8::1:0:0:1/64")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8")]
    [InlineData("::ffff:a01:203", "::ffff:a01:203")]
    public void Reads_addresses_and_prints_the_shortest_form(string text, string printed)
    {
        Assert.True(IpAddressValue.TryParse(text, out var value));
        Assert.Equal($"ip(\"{printed}\")", value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/08")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/8/8")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("::ffff:1.2.3.4")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData(":::")]
    [InlineData("12345::")]
    [InlineData("::g")]
    [InlineData("::1%eth0")]
    [InlineData("::1/129")]
    [InlineData("[::1]")]
    public void Refuses_other_addresses(string text) => Assert.False(IpAddressValue.TryParse(text, out _));

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8", true)]
    [InlineData("11.1.2.3", "10.0.0.0/8", false)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", false)]
    [InlineData("10.1.0.0/16", "10.9.9.9/8", true)]
    [InlineData("1.2.3.4", "0.0.0.0/0", true)]
    [InlineData("ffff::", "::/0", true)]
    [InlineData("::/0", "::/0", true)]
    [InlineData("127.0.0.1", "::/0", false)]
    [InlineData("2001:db8:1::", "2001:db8::/32", true)]
    public void Knows_which_range_lies_in_which(string inner, string outer, bool expected)
    {
        Assert.True(IpAddressValue.TryParse(inner, out var a) & IpAddressValue.TryParse(outer, out var b));
        Assert.Equal(expected, a!.IsInRange(b!));
    }

    [Theory]
    [InlineData("127.9.9.9", true, false)]
    [InlineData("126.0.0.0/7", false, false)]
    [InlineData("::1", true, false)]
    [InlineData("::1/127", false, false)]
    [InlineData("224.0.0.1", false, true)]
    [InlineData("ff02::1", false, true)]
    [InlineData("fe80::1", false, false)]
    public void Knows_loopback_and_multicast(string text, bool loopback, bool multicast)
    {
        Assert.True(IpAddressValue.TryParse(text, out var value));
        Assert.Equal((loopback, multicast), (value.IsLoopback, value.IsMulticast));
    }

    [Fact]
    public void An_ipv4_address_in_ipv6_clothes_is_the_ipv4_address()
    {
        Assert.Equal(IpAddressValue.From(IPAddress.Parse("10.1.2.3")), IpAddressValue.From(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.Equal("ip(\"10.0.0.0/8\")", IpAddressValue.From(IPNetwork.Parse("10.0.0.0/8")).ToString());
        Assert.Equal("ip(\"2001:db8::1\")", IpAddressValue.From(IPAddress.Parse("2001:db8::1")).ToString());
    }

    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("0000-01-01", -62167219200000)]
    [InlineData("2000-02-29", 951782400000)]
    [InlineData("2024-10-15T11:35:00Z", 1728992100000)]
    [InlineData("2024-10-15T11:35:00.123Z", 1728992100123)]
    [InlineData("2024-10-15T11:35:00+0100", 1728988500000)]
    [InlineData("2024-10-15T11:35:00.001-2359", 1729078440001)]
    [InlineData("9999-12-31T23:59:59.999Z", 253402300799999)]
    public void Reads_datetimes(string text, long expected)
    {
        Assert.True(DateTimeValue.TryParse(text, out var value));
        Assert.Equal(expected, value.Milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024")]
    [InlineData("2023-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-00-01")]
    [InlineData("2024-01-00")]
    [InlineData("2024-1-01")]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01 00:00:00Z")]
    [InlineData("2024-01-01t00:00:00z")]
    [InlineData("2024-01-01T24:00:00Z")]
    [InlineData("2024-01-01T00:60:00Z")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2024-01-01T00:00:00.1Z")]
    [InlineData("2024-01-01T00:00:00.1234Z")]
    [InlineData("2024-01-01T00:00:00.")]
    [InlineData("2024-01-01T00:00:00+2400")]
    [InlineData("2024-01-01T00:00:00+0160")]
    [InlineData("2024-01-01T00:00:00+01:00")]
    [InlineData("-2024-01-01")]
    public void Refuses_other_datetimes(string text) => Assert.False(DateTimeValue.TryParse(text, out _));

    [Theory]
    [InlineData("0ms", 0)]
    [InlineData("1d2h3m4s5ms", 93784005)]
    [InlineData("2d12h", 216000000)]
    [InlineData("90m", 5400000)]
    [InlineData("1m1ms", 60001)]
    [InlineData("-4s200ms", -4200)]
    [InlineData("9223372036854775807ms", long.MaxValue)]
    [InlineData("-9223372036854775808ms", long.MinValue)]
    public void Reads_durations(string text, long expected)
    {
        Assert.True(DurationValue.TryParse(text, out var value));
        Assert.Equal(expected, value.Milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("d")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("1h1d")]
    [InlineData("1d1d")]
    [InlineData("1ms1s")]
    [InlineData("1d-1s")]
    [InlineData("+1d")]
    [InlineData("1.5s")]
    [InlineData("1 d")]
    [InlineData("9223372036854775808ms")]
    [InlineData("-9223372036854775809ms")]
    [InlineData("106751991168d")]
    [InlineData("99999999999999999999999999999999999999d")]
    public void Refuses_other_durations(string text) => Assert.False(DurationValue.TryParse(text, out _));

    [Theory]
    [InlineData("decimal(\"1.1\").lessThan(decimal(\"1.2\")) && decimal(\"1.2\").lessThanOrEqual(decimal(\"1.20\"))")]
    [InlineData("decimal(\"1.1\").greaterThan(decimal(\"-1.2\")) && decimal(\"1.2\").greaterThanOrEqual(decimal(\"1.20\"))")]
    [InlineData("datetime(\"2024-01-01\").offset(duration(\"1d1h\")) == datetime(\"2024-01-02T01:00:00Z\")")]
    [InlineData("datetime(\"2024-01-02\").durationSince(datetime(\"2024-01-01\")) == duration(\"24h\")")]
    [InlineData("datetime(\"2024-01-02T03:04:05Z\").toDate() == datetime(\"2024-01-02\") && datetime(\"2024-01-02T03:04:05Z\").toTime() == duration(\"3h4m5s\")")]
    [InlineData("datetime(\"1969-12-31T23:00:00Z\").toDate() == datetime(\"1969-12-31\") && datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\")")]
    [InlineData("duration(\"-36h\").toDays() == -1 && duration(\"36h\").toHours() == 36 && duration(\"90s\").toMinutes() == 1")]
    [InlineData("duration(\"1s999ms\").toSeconds() == 1 && duration(\"1s\").toMilliseconds() == 1000")]
    [InlineData("datetime(\"2024-01-01\") < datetime(\"2024-01-02\") && duration(\"1h\") >= duration(\"60m\")")]
    public void Computes_with_them(string expression) => Assert.Equal(BooleanValue.True, TestPolicy.Value(expression));

    [Theory]
    [InlineData("datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\")).toDate()")]
    [InlineData("datetime(\"2024-01-01\").offset(duration(\"9223372036854775807ms\"))")]
    [InlineData("datetime(\"1969-12-31\").durationSince(datetime(\"1970-01-01\").offset(duration(\"9223372036854775807ms\")))")]
    public void Overflow_is_an_error(string expression) => Assert.Equal(EvaluationErrorKind.Extension, TestPolicy.Failure(expression).Kind);

    [Fact]
    public void Takes_the_instants_and_lengths_of_dotnet()
    {
        Assert.Equal("datetime(\"2024-10-15T11:35:00.123Z\")", DateTimeValue.From(new DateTimeOffset(2024, 10, 15, 13, 35, 0, 123, TimeSpan.FromHours(2))).ToString());
        Assert.Equal("duration(\"1d30m\")", DurationValue.From(TimeSpan.FromMinutes(24 * 60 + 30)).ToString());
    }
}
