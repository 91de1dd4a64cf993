using Doorward.Control.Changes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Doorward.Control.Storage.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model without a running installation.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteDoorwardDb>
{
    public SqliteDoorwardDb CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<SqliteDoorwardDb>().UseSqlite("Data Source=:memory:").Options,
        new StorageRuntime(TimeProvider.System, new ChangeSignal()));
}
