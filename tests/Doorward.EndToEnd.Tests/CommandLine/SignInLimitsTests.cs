using System.Net;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

/// <summary>What limits sign-in is on disk: whoever makes the process fall over does not get to guess again.</summary>
public sealed class SignInLimitsTests
{
    private const int PerLine = 300;

    [Fact]
    public async Task Limits_outlive_a_process_that_is_killed()
    {
        await using var product = await ProductProcess.StartAsync();
        await product.AddUserAsync("alice");
        using (var early = product.NewVisitor())
            Assert.Equal(HttpStatusCode.OK, (await PasswordAsync(early, product)).StatusCode);

        // Answers by passkey that are none: they cost no hashing, so that this test is quick.
        using var visitor = product.NewVisitor();
        var csrf = await FormAsync(visitor, product);
        for (var i = 0; i < PerLine; i++)
        {
            using var answer = await visitor.SendAsync(HttpMethod.Post, product.Url("auth", "/signin/passkey"), [csrf, new("credential", "{}")]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await PasswordAsync(visitor, product)).StatusCode);
        await product.KillAsync();
        await product.LaunchAsync();
        using var later = product.NewVisitor();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PasswordAsync(later, product)).StatusCode);
    }

    private static async Task<KeyValuePair<string, string>> FormAsync(Visitor visitor, ProductProcess product)
    {
        using var page = await visitor.SendAsync(HttpMethod.Get, product.Url("auth", "/signin"));
        return HtmlForm.FindSignIn(await page.Content.ReadAsStringAsync())!.Fields.Single(field => field.Key == "csrf");
    }

    // A right password leads on to the second factor, by a redirect that is followed.
    private static async Task<HttpResponseMessage> PasswordAsync(Visitor visitor, ProductProcess product) => await visitor.FollowAsync(
        HttpMethod.Post, product.Url("auth", "/signin"), [await FormAsync(visitor, product), new("username", "alice"), new("password", Visitor.Password)]);
}
