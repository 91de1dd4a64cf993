using Doorward.Control.Policies;
using Doorward.Control.Resources.Editing;

namespace Doorward.Control.Tests.Resources;

public sealed class LastAdministratorTests
{
    private const string Both = """{"kind":"Group","name":"administrators","spec":{"members":["ann","ben"]}}""";

    [Theory]
    [InlineData("""{"kind":"Group","name":"administrators","spec":{"members":[]}}""")]
    [InlineData("""{"kind":"User","name":"ann","spec":{"disabled":true}}""")]
    public async Task The_last_administrator_stays(string removal)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.AddAdministratorAsync("ann");
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"administrators","spec":{"members":["ann"]}}""");
        Assert.Equal(AdministratorAccess.Refusal.Message, (await fixture.ApplyBadAsync(removal)).Message);
        Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync("User", "ann"));
    }

    [Theory]
    [InlineData("""{"kind":"Group","name":"administrators","spec":{"members":["ben"]}}""")]
    [InlineData("""{"kind":"User","name":"ann","spec":{"disabled":true}}""")]
    public async Task One_of_two_administrators_may_go(string removal)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.AddAdministratorAsync("ann");
        await fixture.AddAdministratorAsync("ben");
        await fixture.ApplyGoodAsync(Both);
        await fixture.ApplyGoodAsync(removal);
    }

    [Fact]
    public async Task An_administrator_without_a_second_factor_does_not_count()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.AddAdministratorAsync("ann");
        await fixture.Installation.AddUserAsync("ben");
        await fixture.ApplyGoodAsync(Both);
        Assert.Equal(AdministratorAccess.Refusal.Message,
            (await fixture.ApplyBadAsync("""{"kind":"Group","name":"administrators","spec":{"members":["ben"]}}""")).Message);
    }

    [Fact]
    public async Task An_administrator_by_a_nested_group_counts()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.AddAdministratorAsync("ann");
        await fixture.ApplyGoodAsync("""
            {"kind":"Group","name":"administrators","spec":{"groups":["ops"]}},{"kind":"Group","name":"ops","spec":{"members":["ann"]}}
            """);
        Assert.Equal(AdministratorAccess.Refusal.Message, (await fixture.ApplyBadAsync("""{"kind":"Group","name":"ops","spec":{"members":[]}}""")).Message);
    }

    [Fact]
    public async Task Before_there_is_an_administrator_everything_may_change()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"administrators","spec":{"members":[],"groups":[]}}""");
    }

    [Fact]
    public async Task Two_removals_at_once_never_remove_both()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var fixture = await ResourceFixture.CreateAsync();
            await fixture.AddAdministratorAsync("ann");
            await fixture.AddAdministratorAsync("ben");
            await fixture.ApplyGoodAsync(Both);
            var results = await Task.WhenAll(
                Task.Run(() => fixture.DeleteAsync("User", "ann")),
                Task.Run(() => fixture.ApplyAsync("""{"kind":"User","name":"ben","spec":{"disabled":true}}""")));
            Assert.Single(results, result => result is EditResult.Done);
            Assert.Single(results, result => result is EditResult.Refused);
        }
    }
}
