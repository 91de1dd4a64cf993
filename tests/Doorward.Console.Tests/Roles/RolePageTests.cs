using Bunit;
using Doorward.Testing.Administration;

namespace Doorward.Console.Tests.Roles;

/// <summary>
/// Each act of the console against each role, over the real API: who may is offered it on its page, who may not is not, and is refused
/// when they call it anyway.
/// </summary>
public sealed class RolePageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> Roles = new() { ["A"] = "adam", ["U"] = "ulla", ["H"] = "holly", ["P"] = "paul" };

    private static IReadOnlyList<SourceCall> Calls { get; } = [.. SourceCalls.Of("src/Doorward.Console/").Where(static call => call.Path is not null)];

    private static IReadOnlyList<ApiAct> Acts { get; } = [.. ApiActs.All.Where(static act => act.Method != "GET" && act.Who != "AUH" && Called(act))];

    [Fact]
    public void Each_act_that_the_console_calls_has_its_control_in_the_table()
    {
        Assert.True(Acts.Count > 15);
        var shown = PageControl.All.SelectMany(static control => control.Endpoints).ToHashSet();
        Assert.Empty(Acts.Select(static act => act.Endpoint).Where(endpoint => !shown.Contains(endpoint)).Select(static endpoint => $"{endpoint}: on which page is its control?"));
        Assert.Empty(shown.Except(ApiActs.All.Select(static act => act.Endpoint)));
    }

    [Fact]
    public async Task Who_may_is_offered_an_act_and_who_may_not_is_neither_offered_nor_allowed_it()
    {
        await using var ground = await RoleGround.StartAsync();
        var wrong = new List<string>();
        foreach (var (role, name) in Roles)
        {
            await ground.ReportAsync();
            await using var page = new RolePage(ground, await ground.SignInAsync(name));
            if (role != "P") wrong.AddRange(await OfferedAsync(page, ground, role));
            wrong.AddRange(await RefusedAsync(page, role));
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private static async Task<List<string>> OfferedAsync(RolePage page, RoleGround ground, string role)
    {
        var wrong = new List<string>();
        foreach (var group in PageControl.All.GroupBy(static control => (control.Page, control.Address)))
        {
            var shown = await page.OpenAsync(group.Key.Page, group.Key.Address.Replace("SESSION", ground.SessionOfBob, StringComparison.Ordinal));
            foreach (var control in group)
            {
                await shown.WaitForStateAsync(() => shown.Markup.Contains(control.Ready, StringComparison.Ordinal), Patience);
                var may = Who(control).Contains(role, StringComparison.Ordinal);
                if (may) await RolePage.WaitAsync(shown, control.Name, Patience);
                if (RolePage.Offers(shown, control.Name) != may) wrong.Add($"{role} at {group.Key.Address}: '{control.Name}' is {(may ? "not offered" : "offered")}");
            }
        }

        return wrong;
    }

    private static async Task<List<string>> RefusedAsync(RolePage page, string role)
    {
        var wrong = new List<string>();
        foreach (var act in Acts.Where(act => !act.Who.Contains(role, StringComparison.Ordinal)))
        {
            var status = await page.CallAsync(act);
            if (status != 403) wrong.Add($"{role} calls {act.Endpoint}: {status}");
        }

        return wrong;
    }

    private static string Who(PageControl control) => ApiActs.All.Single(act => act.Endpoint == control.Endpoints[0]).Who;

    private static bool Called(ApiAct act) => Calls.Any(call => act.Is(call.Method, call.Path!))
        // Where a path is in a variable, its page names what it is.
        || PageControl.All.Any(control => control.Endpoints.Contains(act.Endpoint));
}
