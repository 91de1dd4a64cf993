using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Devices.Providers;

namespace Doorward.Control.Tests.Devices.Providers;

/// <summary>Signatures of webhooks, as others make them.</summary>
public sealed class WebhookSignatureTests
{
    // The example of https://www.standardwebhooks.com.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly byte[] Key = WebhookSignature.KeyOf(Secret)!;

    [Fact]
    public void The_standards_example_is_signed_and_nothing_else_is()
    {
        Assert.True(WebhookSignature.IsSigned(Key, Id, Timestamp, Signature, Body));
        Assert.False(WebhookSignature.IsSigned(Key, $"{Id}x", Timestamp, Signature, Body));
        Assert.False(WebhookSignature.IsSigned(Key, Id, "1614265331", Signature, Body));
        Assert.False(WebhookSignature.IsSigned(Key, Id, Timestamp, Signature, [.. Body, 0]));
        Assert.False(WebhookSignature.IsSigned(new byte[32], Id, Timestamp, Signature, Body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==")]
    public void What_is_no_signature_of_this_version_signs_nothing(string signature) => Assert.False(WebhookSignature.IsSigned(Key, Id, Timestamp, signature, Body));

    [Fact]
    public void While_a_secret_is_exchanged_one_of_a_few_signatures_is_enough()
    {
        Assert.True(WebhookSignature.IsSigned(Key, Id, Timestamp, $"v1,AAAA {Signature}", Body));
        Assert.False(WebhookSignature.IsSigned(Key, Id, Timestamp, string.Concat(Enumerable.Repeat("v1,AAAA ", 8)) + Signature, Body));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_secret_is_as_long_as_the_standard_says(int length, bool isOne) =>
        Assert.Equal(isOne ? length : null, WebhookSignature.KeyOf($"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(length))}")?.Length);

    [Fact]
    public void A_secret_says_what_it_is()
    {
        Assert.Null(WebhookSignature.KeyOf(Secret["whsec_".Length..]));
        Assert.Null(WebhookSignature.KeyOf("whsec_no base64 at all, though it is long enough"));
    }
}
