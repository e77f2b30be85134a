--- Catalog to snapshot, for any database.

local reflect = {}

---What the database of a run holds, in a few queries.
---
---Left out: the server's own schemas, what belongs to extensions, neap's tables. Partitions are in, with
---`partition_of`; names that stand bare in texts are those of `home`.
---@param run Run
---@param opts ReflectOptions?
---@param meanwhile fun()?   is called once; on PostgreSQL while the server works
---@return Snapshot
function reflect.snapshot(run, opts, meanwhile)
  if run.dialect == "sqlite" then
    if meanwhile then
      meanwhile()
    end
    return require("neap.reflect.sqlite.snapshot")(run, opts)
  end
  return require("neap.reflect.postgresql")(run, opts, meanwhile)
end

return reflect
