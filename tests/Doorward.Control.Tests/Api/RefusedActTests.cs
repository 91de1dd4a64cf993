using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Identity;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>What an administrator asks for and does not get is refused in words that fit whom it is about.</summary>
public sealed class RefusedActTests
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task A_service_account_has_no_credentials_to_remove_and_the_way_to_end_its_tokens_is_said()
    {
        await using var host = await ApiHost.StartAsync();
        using var made = await host.Local.PostAsJsonAsync("users", new { name = "robot", spec = new { service = true } });

        var problem = await ProblemAsync(await host.Local.DeleteAsync("users/robot/credentials"), HttpStatusCode.BadRequest);

        Assert.Contains("service account", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Contains("doorward token revoke", Text(problem, "fix"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_keeps_the_credentials_and_is_not_called_you()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("ann", "administrators");
        using var set = await host.Local.PostAsJsonAsync("users/ann/credentials", new { password = Password, totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());

        var problem = await ProblemAsync(await host.Local.DeleteAsync("users/ann/credentials"), HttpStatusCode.BadRequest);

        Assert.StartsWith("This is the last administrator", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("you", Text(problem, "detail"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("local", HttpStatusCode.Conflict)]
    [InlineData("edge", HttpStatusCode.OK)]
    public async Task No_token_is_made_with_which_another_gateway_takes_the_place_of_the_own_one(string name, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync(ownGateway: "local");

        using var answer = await host.Local.PostAsJsonAsync("gateways/join-token", new { name });

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Sessions_that_an_enrolment_ends_were_ended_by_their_person()
    {
        await using var host = await ApiHost.StartAsync();
        var ben = await host.AddAsync("ben", null);
        await host.Control.SignInAsync(ben);
        var secret = TotpSecret.Parse("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")!;

        var problem = await host.Control.Services.GetRequiredService<Credentials>().EnrolAsync(
            ben.Id, ben.SecurityEpoch, Password, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", secret.CodeAt(TimeProvider.System.GetUtcNow()), new AttemptSource(IPAddress.Loopback, "a browser"), TestContext.Current.CancellationToken);

        Assert.Null(problem);
        await using var db = host.Control.Open();
        Assert.Equal("user", (await db.Sessions.SingleAsync(TestContext.Current.CancellationToken)).EndInitiator);
    }

    private static string Text(JsonElement problem, string member) => problem.GetProperty(member).GetString()!;

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        using (response)
        {
            Assert.Equal(expected, response.StatusCode);
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}
