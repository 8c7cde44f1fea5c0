;;; roam_oracle.el --- What org-roam reads in Org files  -*- lexical-binding: t; -*-

;;; Commentary:

;; Run by tests/roam_oracle.rs as
;;
;;   emacs -Q --batch -l tests/roam_oracle.el DIRECTORY OUTPUT
;;
;; org-roam synchronises a database with the notes in DIRECTORY.  OUTPUT becomes one JSON object a line for each file, with
;; what the database then has about it, and a last line with the versions.

;;; Code:

(require 'json)

;; The loader of Debian's packages is left out by -Q.
(dolist (root '("/usr/share/emacs/site-lisp/elpa/" "/usr/share/emacs/site-lisp/elpa-src/"))
  (when (file-directory-p root)
    (dolist (directory (directory-files root t "\\`[^.]"))
      (when (file-directory-p directory)
        (add-to-list 'load-path directory t)))))

(require 'org-roam)

(defun roam-oracle--value (value)
  "Return VALUE, a column of the database, as JSON has it."
  (cond ((stringp value) (substring-no-properties value))
        ((numberp value) value)
        ((null value) :null)
        ((listp value) (vconcat (mapcar #'roam-oracle--value value)))
        ((symbolp value) (symbol-name value))
        (t (format "%S" value))))

(defun roam-oracle--rows (query file)
  "Return the rows that QUERY gives for FILE."
  (vconcat (mapcar #'roam-oracle--value (org-roam-db-query query file))))

(defun roam-oracle--file (file root)
  "Return what the database has about FILE, named relative to ROOT."
  (list
   (cons 'file (file-relative-name file root))
   (cons 'title (roam-oracle--rows [:select [title] :from files :where (= file $s1)] file))
   (cons 'nodes
         (roam-oracle--rows
          [:select [id level pos title olp todo priority] :from nodes :where (= file $s1) :order-by [(asc pos)]]
          file))
   (cons 'tags
         (roam-oracle--rows
          [:select [tags:node-id tag] :from tags :join nodes :on (= tags:node-id nodes:id) :where (= file $s1)
           :order-by [(asc tags:rowid)]]
          file))
   (cons 'aliases
         (roam-oracle--rows
          [:select [aliases:node-id alias] :from aliases :join nodes :on (= aliases:node-id nodes:id)
           :where (= file $s1) :order-by [(asc aliases:rowid)]]
          file))
   (cons 'refs
         (roam-oracle--rows
          [:select [refs:node-id ref type] :from refs :join nodes :on (= refs:node-id nodes:id)
           :where (= file $s1) :order-by [(asc refs:rowid)]]
          file))
   (cons 'links
         (roam-oracle--rows
          [:select [source links:pos type dest] :from links :join nodes :on (= source nodes:id)
           :where (= file $s1) :order-by [(asc links:rowid)]]
          file))
   (cons 'citations
         (roam-oracle--rows
          [:select [citations:node-id citations:pos cite-key] :from citations
           :join nodes :on (= citations:node-id nodes:id) :where (= file $s1) :order-by [(asc citations:rowid)]]
          file))))

(defun roam-oracle--version ()
  "Return org-roam's version."
  (format "%s" (org-roam-version)))

(let* ((root (file-name-as-directory (expand-file-name (pop command-line-args-left))))
       (output (pop command-line-args-left))
       (gc-cons-threshold (* 200 1024 1024))
       (enable-local-variables nil))
  (setq org-roam-directory root
        org-roam-db-location (expand-file-name "org-roam.db" (file-name-directory output))
        org-roam-db-gc-threshold (* 200 1024 1024)
        org-roam-file-exclude-regexp nil)
  (org-roam-db-sync)
  (with-temp-buffer
    (dolist (file (sort (org-roam-list-files) #'string<))
      (insert (json-serialize (roam-oracle--file file root)) "\n"))
    (insert (json-serialize (list (cons 'emacs emacs-version)
                                  (cons 'org (org-version))
                                  (cons 'roam (roam-oracle--version))
                                  (cons 'types (vconcat (org-link-types)))))
            "\n")
    (let ((coding-system-for-write 'utf-8-unix))
      (write-region nil nil output nil 'quiet))))

(provide 'roam_oracle)
;;; roam_oracle.el ends here
