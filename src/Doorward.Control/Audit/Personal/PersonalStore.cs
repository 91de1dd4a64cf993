using Microsoft.Data.Sqlite;

namespace Doorward.Control.Audit.Personal;

/// <summary>
/// The personal values of a log, in a database of their own so that they can be erased. The writer commits here before it commits
/// the entries; what no entry refers to is removed when the log is opened.
/// </summary>
internal sealed class PersonalStore : IDisposable
{
    /// <summary>How details begin that name, numbered, the users whom an act changed.</summary>
    public const string UserDetail = "user";

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    /// <exception cref="SqliteException">The file is not a database, or cannot be written.</exception>
    public PersonalStore(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        // secure_delete: what is erased is overwritten, not only unlinked.
        Execute("PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
        Execute("""
            CREATE TABLE IF NOT EXISTS personal (
              sequence INTEGER NOT NULL, field TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL,
              PRIMARY KEY (sequence, field)) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS personal_by_value ON personal (value);
            """);
        _insert = Prepare("INSERT INTO personal (sequence, field, salt, value) VALUES ($sequence, $field, $salt, $value)");
    }

    public void Add(IReadOnlyList<PersonalValue> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            foreach (var value in values)
            {
                _insert.Parameters["$sequence"].Value = value.Sequence;
                _insert.Parameters["$field"].Value = value.Field;
                _insert.Parameters["$salt"].Value = value.Salt;
                _insert.Parameters["$value"].Value = value.Value;
                _insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    /// <summary>
    /// Erases a person's value wherever it stands; where it is the actor, also the other personal values of that record (address,
    /// user agent), but not those of the target and of users it changed, who are somebody else. The number of values erased.
    /// </summary>
    public int Erase(string value)
    {
        lock (_gate)
        {
            using var command = Prepare("""
                DELETE FROM personal WHERE value = $value OR (field <> 'target' AND field NOT GLOB 'details.user[0-9]*' AND sequence IN
                  (SELECT sequence FROM personal WHERE value = $value AND field = 'actor'))
                """);
            command.Parameters["$value"].Value = value;
            var erased = command.ExecuteNonQuery();
            // The write-ahead log still holds the old pages until it is cut.
            Execute("PRAGMA wal_checkpoint(TRUNCATE);");
            return erased;
        }
    }

    /// <summary>Removes values of records that never came to be.</summary>
    public void CutFrom(long sequence)
    {
        lock (_gate)
        {
            using var command = Prepare("DELETE FROM personal WHERE sequence >= $sequence");
            command.Parameters["$sequence"].Value = sequence;
            command.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _insert.Dispose();
            _connection.Dispose();
        }
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in (string[])["$sequence", "$field", "$salt", "$value"])
        {
            if (sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }
        }

        return command;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
