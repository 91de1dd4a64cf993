using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;

namespace Doorward.Control.Tests.Changes;

public sealed class BulkWriteGuardTests
{
    [Fact]
    public async Task Bulk_writes_to_watched_tables_are_refused()
    {
        await using var test = await TestInstallation.CreateAsync();
        await using var db = test.Open();
        Func<Task>[] writes =
        [
            () => db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.EndReason, "bulk")),
            () => db.Handles.ExecuteDeleteAsync(),
            () => db.Resources.Where(r => r.Name == "wiki").ExecuteDeleteAsync(),
            () => db.Database.ExecuteSqlRawAsync("""update Users set Disabled = 1"""),
            () => db.Database.ExecuteSqlRawAsync("""SELECT 1; INSERT OR REPLACE INTO "Tokens" ("Id") VALUES ('x')"""),
            () => db.Database.SqlQueryRaw<string>("""DELETE FROM [Gateways] RETURNING "Name" AS "Value" """).ToListAsync(),
        ];

        foreach (var write in writes)
        {
            Assert.Contains("change log", (await Assert.ThrowsAsync<InvalidOperationException>(write)).Message);
        }
    }

    [Fact]
    public async Task Bulk_writes_to_other_tables_pass()
    {
        await using var test = await TestInstallation.CreateAsync();
        await using var db = test.Open();

        Assert.Equal(0, await db.SignInTickets.ExecuteDeleteAsync());
    }

    [Fact]
    public async Task OpenIddict_revokes_in_bulk_and_touches_nothing_watched()
    {
        await using var test = await TestInstallation.CreateAsync(add: services => services.AddOpenIddict().AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DoorwardDb>()));
        await using var scope = test.Services.CreateAsyncScope();
        var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        await tokens.CreateAsync(new OpenIddictTokenDescriptor { Subject = "sub_1", Status = OpenIddictConstants.Statuses.Valid, Type = "refresh_token" });

        Assert.Equal(1, await tokens.RevokeBySubjectAsync("sub_1"));
    }

    [Fact]
    public async Task Every_table_is_watched_or_says_why_not()
    {
        await using var test = await TestInstallation.CreateAsync();
        await using var db = test.Open();

        var forgotten = db.Model.GetEntityTypes().Where(type => !type.IsOwned()).Select(type => type.ClrType)
            .Where(type => !Watches.Watched.ContainsKey(type) && !Watches.Unwatched.ContainsKey(type.Name.Split('`')[0]));

        Assert.Empty(forgotten);
    }
}
