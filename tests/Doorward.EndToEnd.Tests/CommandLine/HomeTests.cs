using System.Net;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

/// <summary>What an installation is made of is in its data folder: a backup has all of it, and nothing of it is forgotten elsewhere.</summary>
public sealed class HomeTests
{
    [Fact]
    public async Task Keeps_nothing_in_the_home_directory()
    {
        var home = Directory.CreateTempSubdirectory("doorward-home-").FullName;
        try
        {
            await using var product = await ProductProcess.StartAtHomeAsync(home);
            using (var visitor = product.NewVisitor())
            using (var page = await visitor.SendAsync(HttpMethod.Get, product.Url("auth", "/signin")))
                Assert.Equal(HttpStatusCode.OK, page.StatusCode); // with a form token, which a key of ours has sealed
            await product.RunAsync(["status"]);
            Assert.Empty(Directory.EnumerateFileSystemEntries(home));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
