using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

public sealed class BackupAndRestoreTests
{
    [Fact]
    public async Task What_was_backed_up_while_it_ran_is_there_after_a_restore_and_what_came_later_is_not()
    {
        await using var product = await ProductProcess.StartAsync();
        var file = Path.Combine(product.Data, "monday.tar");
        await product.ApplyAsync("kind: Group\nname: before\n");
        await product.RunAsync(["backup", file]);
        await product.ApplyAsync("kind: Group\nname: after\n");
        var refused = await product.RunAsync(["restore", file], expected: 1);
        Assert.Contains("already runs on", refused);

        await product.KillAsync();
        Assert.Contains("what was there before is in", await product.RunAsync(["restore", file]));
        await product.LaunchAsync();

        await product.RunAsync(["get", "group", "before"]);
        await product.RunAsync(["get", "group", "after"], expected: 1);
        await product.RunAsync(["audit", "verify"]);
    }

    [Fact]
    public async Task A_file_that_is_no_backup_changes_nothing()
    {
        await using var product = await ProductProcess.StartAsync();
        await product.ApplyAsync("kind: Group\nname: kept\n");
        await product.KillAsync();
        var file = Path.Combine(product.Data, "apply.yaml");

        var said = await product.RunAsync(["restore", file], expected: 1);

        Assert.Matches("^doorward: [^\n]+\n$", said);
        await product.LaunchAsync();
        await product.RunAsync(["get", "group", "kept"]);
    }
}
