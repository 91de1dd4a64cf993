using System.Net.Http.Json;
using System.Text.Json;

namespace Doorward.Control.Tests.Api;

/// <summary>Whichever act of an administrator ends a session, the session says whose act it was.</summary>
public sealed class EndedByTests
{
    [Theory]
    [InlineData("credentials removed", "FactorsChanged")]
    [InlineData("credentials replaced", "FactorsChanged")]
    [InlineData("token revoked", "TokenRevoked")]
    [InlineData("session revoked", "Revoked")]
    public async Task A_session_says_which_administrator_ended_it(string act, string cause)
    {
        await using var host = await ApiHost.StartAsync();
        using var ann = await host.PersonAsync("ann", "administrators");
        var ben = await host.AddAsync("ben", null);
        if (act != "token revoked") await host.Control.SignInAsync(ben);
        using var made = act == "token revoked" ? await host.Local.PostAsJsonAsync("tokens", new { user = "ben", applications = new[] { "console" } }) : null;

        using var done = act switch
        {
            "credentials removed" => await ann.DeleteAsync("users/ben/credentials"),
            "credentials replaced" => await ann.PostAsJsonAsync("users/ben/credentials", new { password = "correct horse battery staple", replace = true }),
            "session revoked" => await ann.PostAsJsonAsync("sessions/revoke", new { user = "ben" }),
            _ => await ann.DeleteAsync($"tokens/{(await made!.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}"),
        };

        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
        var list = await host.Local.GetFromJsonAsync<JsonElement>("sessions?ended=true");
        var end = Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("end");
        Assert.Equal((cause, "admin", "ann"), (end.GetProperty("cause").GetString(), end.GetProperty("initiator").GetString(), end.GetProperty("by").GetString()));
    }
}
